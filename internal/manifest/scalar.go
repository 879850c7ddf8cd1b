package manifest

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// kubectl reads YAML 1.1, in which yes is a boolean and 0443 is octal; the parser
// that knows positions reads YAML 1.2. So the meaning of a plain scalar is worked
// out here, as kubectl's parser does it.

// words are the plain scalars of YAML 1.1 that are no numbers and no text.
var words = map[string]any{
	"y": true, "Y": true, "yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
	"true": true, "True": true, "TRUE": true,
	"n": false, "N": false, "no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
	"false": false, "False": false, "FALSE": false,
	"": nil, "~": nil, "null": nil, "Null": nil, "NULL": nil,
	".nan": math.NaN(), ".NaN": math.NaN(), ".NAN": math.NaN(),
	".inf": math.Inf(1), ".Inf": math.Inf(1), ".INF": math.Inf(1),
	"+.inf": math.Inf(1), "+.Inf": math.Inf(1), "+.INF": math.Inf(1),
	"-.inf": math.Inf(-1), "-.Inf": math.Inf(-1), "-.INF": math.Inf(-1),
}

var floatText = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// resolve gives the value of a scalar as kubectl sees it: nil, bool, int64, uint64,
// float64 or string.
func resolve(n *yaml.Node) any {
	tagged := n.Style&yaml.TaggedStyle != 0
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch {
	case tagged && n.Tag != "!!int" && n.Tag != "!!float" && n.Tag != "!!bool" && n.Tag != "!!null":
		return n.Value
	case !tagged && n.Style&quoted != 0:
		return n.Value
	}
	v := resolveText(n.Value)
	if tagged && n.Tag == "!!float" {
		switch i := v.(type) {
		case int64:
			return float64(i)
		case uint64:
			return float64(i)
		}
	}
	return v
}

func resolveText(text string) any {
	if v, ok := words[text]; ok {
		return v
	}
	switch c := text[0]; {
	case c == '.':
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case c == '+' || c == '-' || c >= '0' && c <= '9':
		if v := resolveNumber(text); v != nil {
			return v
		}
	}
	return text
}

func resolveNumber(text string) any {
	plain := strings.ReplaceAll(text, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return i
	}
	if u, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return u
	}
	if floatText.MatchString(plain) {
		if f, err := strconv.ParseFloat(plain, 64); err == nil {
			return f
		}
	}
	return nil
}

// jsonNumber is the text that a number has in JSON.
func jsonNumber(v any) (json.Number, bool) {
	b, err := json.Marshal(v) // fails for infinities
	return json.Number(b), err == nil
}

// plainNumbers writes the numbers of a valid JSON text as kubectl sends them, 80.0 and 8e1
// as 80, and reports whether there were any to rewrite. A number that kubectl cannot
// hold stays as it is.
func plainNumbers(text []byte) (plain []byte, rewritten bool) {
	begin := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '-' || c >= '0' && c <= '9':
			from := i
			for i+1 < len(text) && strings.IndexByte("0123456789.eE+-", text[i+1]) >= 0 {
				i++
			}
			written := text[from : i+1]
			if !bytes.ContainsAny(written, ".eE") {
				continue
			}
			f, err := strconv.ParseFloat(string(written), 64)
			number, ok := jsonNumber(f)
			if err != nil || !ok {
				continue
			}
			plain = append(append(plain, text[begin:from]...), number...)
			begin, rewritten = i+1, true
		}
	}
	if !rewritten {
		return text, false
	}
	return append(plain, text[begin:]...), true
}

// isMerge reports whether a key is a merge, whose value's entries count as written
// here.
func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" &&
		(key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.TaggedStyle) == 0 || key.Tag == "!!merge")
}

// keyText gives the text that a key has in JSON. Keys that are no scalars give "".
func keyText(key *yaml.Node) string {
	if key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	if key.Kind != yaml.ScalarNode {
		return ""
	}
	switch v := resolve(key).(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		switch {
		case math.IsNaN(v):
			return ".nan"
		case math.IsInf(v, 1):
			return ".inf"
		case math.IsInf(v, -1):
			return "-.inf"
		}
		return strconv.FormatFloat(v, 'g', -1, 32)
	}
	return ""
}
