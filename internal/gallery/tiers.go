package gallery

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// TiersName is the name of the card that Tiers make.
const TiersName = "three-tiers"

// Tiers are the parameters of web, api and db, which every tutorial chooses otherwise.
type Tiers struct {
	APIPort, DBPort uint16
	// BackupOut is set where db calls the backup server; else that calls db.
	BackupOut bool
}

// DefaultTiers are those to begin with.
var DefaultTiers = Tiers{APIPort: 5000, DBPort: 3306}

// Card makes the bundle.
func (t Tiers) Card() *Card {
	data, err := files.ReadFile("made/three-tiers.txtar")
	if err != nil {
		panic(err) // a test makes some
	}
	archive := txtar.Parse(data)
	section := map[string]string{}
	for _, f := range archive.Files {
		section[f.Name] = strings.NewReplacer("{apiPort}", port(t.APIPort), "{dbPort}", port(t.DBPort)).Replace(string(f.Data))
	}
	direction := "ingress"
	if t.BackupOut {
		direction = "egress"
	}
	c, err := parse(TiersName, txtar.Format(&txtar.Archive{
		Comment: fmt.Appendf(nil, "Web, api and db, as you need them\n\n%s", archive.Comment),
		Files: []txtar.File{
			{Name: "bundle.yaml", Data: []byte(section["bundle.yaml"] + section[direction])},
			{Name: "expectations", Data: []byte(section["expectations"] + section["expectations "+direction])},
		},
	}))
	if err != nil {
		panic(fmt.Sprintf("gallery: %v", err)) // a test makes some
	}
	return c
}

func port(n uint16) string { return strconv.Itoa(int(n)) }
