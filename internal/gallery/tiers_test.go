package gallery

import (
	"fmt"
	"testing"
)

// The three tiers are as they say whatever ports they have and whoever backs db up.
func TestTiersAreAsTheySay(t *testing.T) {
	for _, api := range []uint16{1, 80, 3001, 5000, 65535} {
		for _, db := range []uint16{53, 3306, 27017, 65535} {
			for _, out := range []bool{false, true} {
				tiers := Tiers{APIPort: api, DBPort: db, BackupOut: out}
				t.Run(fmt.Sprintf("%d-%d-%t", api, db, out), func(t *testing.T) {
					c := tiers.Card()
					if len(c.Cells) != 10 {
						t.Errorf("%d cells, want 10", len(c.Cells))
					}
					hold(t, c)
				})
			}
		}
	}
}
