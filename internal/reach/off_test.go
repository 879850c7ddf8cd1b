package reach

import "testing"

func TestParseOff(t *testing.T) {
	for _, text := range []string{"shop/db", "shop/db:ingress:0", "shop/db:egress:12"} {
		o, err := ParseOff(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if o.String() != text {
			t.Errorf("%s became %s", text, o)
		}
	}
	for _, text := range []string{"", "db", "/db", "shop/", "shop/db:", "shop/db:ingress", "shop/db:Ingress:0", "shop/db:ingress:-1", "shop/db:ingress:x", "shop/db:ingress:0:1"} {
		if o, err := ParseOff(text); err == nil {
			t.Errorf("%q was read as %s", text, o)
		}
	}
}
