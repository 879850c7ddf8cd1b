package layout

// Style names how a shape looks; Rules has the looks. It is a shape's only class.
type Style string

const (
	styleTitle     Style = "p-title"
	styleSubtitle  Style = "p-subtitle"
	styleNote      Style = "p-note"
	styleLegend    Style = "p-legend"
	styleCluster   Style = "p-cluster"
	styleZone      Style = "p-zone"
	styleZoneDash  Style = "p-zone-dashed"
	styleAlike     Style = "p-alike"
	styleCaption   Style = "p-caption"
	styleZoneName  Style = "p-zone-name"
	styleZoneFaint Style = "p-zone-faint"
	styleBox       Style = "p-box"
	styleBoxDash   Style = "p-box-dashed"
	styleBoxHost   Style = "p-box-host"
	styleBoxNew    Style = "p-box-new"
	styleBoxGone   Style = "p-box-gone"
	styleBoxSign   Style = "p-box-sign"
	styleBoxMark   Style = "p-box-mark"
	styleVoid      Style = "p-void"
	styleVoidLine  Style = "p-void-line"
	styleBehind    Style = "p-behind"
	styleRange     Style = "p-range"
	styleName      Style = "p-name"
	styleNameFaint Style = "p-name-faint"
	styleDetail    Style = "p-detail"
	styleAmong     Style = "p-among"
	styleAmongMark Style = "p-among-mark"
	styleChip      Style = "p-chip"
	styleWall      Style = "p-wall"
	styleLock      Style = "p-lock"
	styleLockFull  Style = "p-lock-full"
	styleKey       Style = "p-key"
	styleKeyArc    Style = "p-key-arc"
	styleKeyFull   Style = "p-key-full"
	styleKeyFullA  Style = "p-key-full-arc"
	styleGate      Style = "p-gate"
	styleDoor      Style = "p-door"
	styleDoorText  Style = "p-door-text"
	styleEntrance  Style = "p-entrance"
	styleEnterText Style = "p-entrance-text"
	styleThin      Style = "p-thin"
	styleThick     Style = "p-thick"
	styleHead      Style = "p-head"
	styleBar       Style = "p-bar"
	styleLabel     Style = "p-label"
	styleUndef     Style = "p-undefined"
	styleUndefHead Style = "p-undefined-head"
	styleUndefText Style = "p-undefined-text"
	styleRim       Style = "p-rim"
	styleCore      Style = "p-core"
	styleWideHead  Style = "p-wide-head"
	styleWideText  Style = "p-wide-text"
	stylePillOpen  Style = "p-pill-open"
	stylePillOpenN Style = "p-pill-open-name"
	stylePillOpenD Style = "p-pill-open-detail"
	stylePill      Style = "p-pill"
	stylePillName  Style = "p-pill-name"
	stylePillD     Style = "p-pill-detail"
	styleAnswer    Style = "p-answer"
	styleAnswerTip Style = "p-answer-head"
	styleBlocked   Style = "p-blocked"
	styleBlockHead Style = "p-blocked-head"
	styleCross     Style = "p-cross"
	styleCrossRing Style = "p-cross-ring"
	styleBlockText Style = "p-blocked-text"
	styleGhost     Style = "p-ghost"
	styleHollow    Style = "p-hollow"
	styleHit       Style = "p-hit"

	styleOpened     Style = "p-opened"
	styleOpenedHead Style = "p-opened-head"
	styleOpenedSign Style = "p-opened-sign"
	styleOpenedMark Style = "p-opened-mark"
	styleOpenedText Style = "p-opened-text"
	styleClosed     Style = "p-closed"
	styleClosedHead Style = "p-closed-head"
	styleClosedSign Style = "p-closed-sign"
	styleClosedMark Style = "p-closed-mark"
	styleClosedText Style = "p-closed-text"
	styleAmongOpen  Style = "p-among-opened"
	styleAmongShut  Style = "p-among-closed"

	styleLane       Style = "p-lane"
	styleBusy       Style = "p-busy"
	styleGone       Style = "p-gone"
	styleWent       Style = "p-went"
	styleGoneAnswer Style = "p-gone-answer"
	styleGoneStop   Style = "p-gone-blocked"
	styleGoneHead   Style = "p-gone-head"
	styleGoneRing   Style = "p-gone-ring"
	styleGoneText   Style = "p-gone-text"

	styleAskRing Style = "p-ask-ring"
	styleAskText Style = "p-ask-text"

	styleCheck     Style = "p-check"
	styleCheckRing Style = "p-check-ring"
	styleShut      Style = "p-shut"
	styleShutText  Style = "p-shut-text"
	styleUnsure    Style = "p-unsure-text"
	styleStrong    Style = "p-strong"
	styleRail      Style = "p-rail"
)

// Colour is a design token's name: with it pictures follow the page around them.
type Colour string

// Rule is how shapes of a style look. Empty colours paint nothing; numbers of zero
// are not said.
type Rule struct {
	Style        Style
	Fill, Stroke Colour
	StrokeWidth  float64
	Dash         string
	RoundCap     bool
	Font         Font
	// Halo keeps lines off a text by a rim in its colour.
	Halo Colour
}

// Rules are the looks of all styles.
var Rules = []Rule{
	{Style: styleTitle, Fill: "ink", Font: fontTitle},
	{Style: styleSubtitle, Fill: "ink-3", Font: fontSubtitle},
	{Style: styleNote, Fill: "ink-2", Font: fontNote},
	{Style: styleLegend, Fill: "ink-3", Font: fontLegend},
	{Style: styleCluster, Fill: "cluster", Stroke: "zone-line", StrokeWidth: 1.25},
	{Style: styleZone, Fill: "zone", Stroke: "zone-line", StrokeWidth: 1.25},
	{Style: styleZoneDash, Fill: "zone", Stroke: "zone-line", StrokeWidth: 1.25, Dash: "7 4"},
	{Style: styleAlike, Stroke: "zone-line", StrokeWidth: 1.25, Dash: "1.5 3.5", RoundCap: true},
	{Style: styleCaption, Fill: "ink-3", Font: fontCluster, Halo: "cluster"},
	{Style: styleZoneName, Fill: "ink", Font: fontFrame, Halo: "zone"},
	{Style: styleZoneFaint, Fill: "inferred", Font: fontFrame, Halo: "zone"},
	{Style: styleBox, Fill: "entity", Stroke: "entity-line", StrokeWidth: 1.5},
	{Style: styleBoxDash, Fill: "inferred-fill", Stroke: "entity-line", StrokeWidth: 1.5, Dash: "6 4"},
	{Style: styleBoxHost, Fill: "entity", Stroke: "undefined", StrokeWidth: 1.75, Dash: "9 3 2 3"},
	{Style: styleBoxNew, Fill: "entity", Stroke: "ink", StrokeWidth: 3},
	{Style: styleBoxGone, Fill: "canvas", Stroke: "ink-3", StrokeWidth: 1.75, Dash: "2 4"},
	{Style: styleBoxSign, Fill: "ink"},
	{Style: styleBoxMark, Stroke: "entity", StrokeWidth: 2, RoundCap: true},
	{Style: styleVoid, Fill: "inferred-fill", Stroke: "ink-3", StrokeWidth: 1, Dash: "3 3"},
	{Style: styleVoidLine, Stroke: "ink-3", StrokeWidth: 1},
	{Style: styleBehind, Fill: "entity", Stroke: "zone-line", StrokeWidth: 1.25},
	{Style: styleRange, Fill: "outside-fill", Stroke: "outside", StrokeWidth: 1.5},
	{Style: styleName, Fill: "ink", Font: fontName},
	{Style: styleNameFaint, Fill: "inferred", Font: fontName},
	{Style: styleDetail, Fill: "ink-3", Font: fontDetail},
	{Style: styleAmong, Fill: "allowed", Font: fontDetail},
	{Style: styleAmongMark, Stroke: "allowed", StrokeWidth: 1.4},
	{Style: styleChip, Fill: "allowed-wash", Stroke: "allowed", StrokeWidth: 1},
	{Style: styleWall, Fill: "ink"},
	{Style: styleLock, Fill: "entity", Stroke: "ink", StrokeWidth: 1.5},
	{Style: styleLockFull, Fill: "ink", Stroke: "ink", StrokeWidth: 1.5},
	{Style: styleKey, Fill: "ink"},
	{Style: styleKeyArc, Stroke: "ink", StrokeWidth: 1.5},
	{Style: styleKeyFull, Fill: "entity"},
	{Style: styleKeyFullA, Stroke: "entity", StrokeWidth: 1.5},
	{Style: styleGate, Fill: "open-wash", Stroke: "open-line", StrokeWidth: 1.5},
	{Style: styleDoor, Fill: "allowed-wash", Stroke: "allowed", StrokeWidth: 1.25},
	{Style: styleDoorText, Fill: "allowed", Font: fontDoor},
	{Style: styleEntrance, Fill: "zone", Stroke: "zone-line", StrokeWidth: 1.25},
	{Style: styleEnterText, Fill: "ink-2", Font: fontEntrance},
	{Style: styleThin, Stroke: "allowed", StrokeWidth: 1.75},
	{Style: styleThick, Stroke: "allowed", StrokeWidth: 3.5},
	{Style: styleHead, Fill: "allowed"},
	{Style: styleBar, Fill: "allowed"},
	{Style: styleLabel, Fill: "allowed", Font: fontLabel, Halo: "zone"},
	{Style: styleUndef, Stroke: "undefined", StrokeWidth: 1.75, Dash: "9 3 2 3"},
	{Style: styleUndefHead, Fill: "undefined"},
	{Style: styleUndefText, Fill: "undefined", Font: fontLabel, Halo: "zone"},
	{Style: styleRim, Stroke: "open-line", StrokeWidth: 8},
	{Style: styleCore, Stroke: "open-wash", StrokeWidth: 5},
	{Style: styleWideHead, Fill: "open-wash", Stroke: "open-line", StrokeWidth: 1.5},
	{Style: styleWideText, Fill: "open-text", Font: fontLabel, Halo: "zone"},
	{Style: stylePillOpen, Fill: "open-wash", Stroke: "open-line", StrokeWidth: 1.5},
	{Style: stylePillOpenN, Fill: "open-text", Font: fontName},
	{Style: stylePillOpenD, Fill: "open-text", Font: fontDetail},
	{Style: stylePill, Fill: "allowed-wash", Stroke: "allowed", StrokeWidth: 1.25},
	{Style: stylePillName, Fill: "allowed", Font: fontName},
	{Style: stylePillD, Fill: "allowed", Font: fontDetail},
	{Style: styleAnswer, Stroke: "response", StrokeWidth: 1.5, Dash: "1.5 4", RoundCap: true},
	{Style: styleAnswerTip, Fill: "response"},
	{Style: styleBlocked, Stroke: "blocked", StrokeWidth: 1.75, Dash: "7 5"},
	{Style: styleBlockHead, Fill: "entity", Stroke: "blocked", StrokeWidth: 1.5},
	{Style: styleCross, Stroke: "blocked", StrokeWidth: 2.25},
	{Style: styleCrossRing, Fill: "entity", Stroke: "blocked", StrokeWidth: 1.5},
	{Style: styleBlockText, Fill: "blocked", Font: fontLabel, Halo: "zone"},
	{Style: styleGhost, Fill: "ink-3", Font: fontDetail},
	{Style: styleHollow, Fill: "entity", Stroke: "allowed", StrokeWidth: 1.5},
	{Style: styleHit, Stroke: "hit", StrokeWidth: 12},
	{Style: styleOpened, Stroke: "opened", StrokeWidth: 3.4},
	{Style: styleOpenedHead, Fill: "opened"},
	{Style: styleOpenedSign, Fill: "opened-solid"},
	{Style: styleOpenedMark, Stroke: "on-opened", StrokeWidth: 2, RoundCap: true},
	{Style: styleOpenedText, Fill: "opened", Font: fontLabel, Halo: "zone"},
	{Style: styleClosed, Stroke: "closed", StrokeWidth: 1.8, Dash: "3 4"},
	{Style: styleClosedHead, Fill: "closed"},
	{Style: styleClosedSign, Fill: "closed-solid"},
	{Style: styleClosedMark, Stroke: "on-closed", StrokeWidth: 2, RoundCap: true},
	{Style: styleClosedText, Fill: "closed", Font: fontLabel, Halo: "zone"},
	{Style: styleAmongOpen, Fill: "opened", Font: fontDetail},
	{Style: styleAmongShut, Fill: "closed", Font: fontDetail},
	{Style: styleLane, Stroke: "zone-line", StrokeWidth: 1.25, Dash: "3 4"},
	{Style: styleBusy, Fill: "allowed-wash", Stroke: "allowed", StrokeWidth: 1.25},
	{Style: styleGone, Stroke: "unchanged", StrokeWidth: 1.5},
	{Style: styleWent, Stroke: "unchanged", StrokeWidth: 1.75, Dash: "2 4"},
	{Style: styleGoneAnswer, Stroke: "unchanged", StrokeWidth: 1.5, Dash: "1.5 4", RoundCap: true},
	{Style: styleGoneStop, Stroke: "unchanged", StrokeWidth: 1.5, Dash: "7 5"},
	{Style: styleGoneHead, Fill: "unchanged"},
	{Style: styleGoneRing, Fill: "entity", Stroke: "unchanged", StrokeWidth: 1.5},
	{Style: styleGoneText, Fill: "ink-3", Font: fontLabel, Halo: "zone"},
	{Style: styleAskRing, Fill: "entity", Stroke: "ink-2", StrokeWidth: 1.5},
	{Style: styleAskText, Fill: "ink", Font: fontName},
	{Style: styleCheck, Stroke: "allowed", StrokeWidth: 2.25, RoundCap: true},
	{Style: styleCheckRing, Fill: "entity", Stroke: "allowed", StrokeWidth: 1.5},
	{Style: styleShut, Fill: "entity", Stroke: "blocked", StrokeWidth: 1.25, Dash: "5 4"},
	{Style: styleShutText, Fill: "blocked", Font: fontDetail},
	{Style: styleUnsure, Fill: "undefined", Font: fontDetail},
	{Style: styleStrong, Fill: "ink", Font: fontStrong},
	{Style: styleRail, Stroke: "zone-line", StrokeWidth: 1.5, RoundCap: true},
}

// Tokens are the colours of a picture, light and dark. Those of the design keep their
// names; openness has colours of its own, since it is neither opened nor changed.
var Tokens = []struct {
	Name        Colour
	Light, Dark string
}{
	{"canvas", "#f7f9fa", "#0f161c"},
	{"cluster", "#fafbfc", "#10181e"},
	{"ink", "#14212c", "#e7edf2"},
	{"ink-2", "#3f4d59", "#b6c2cc"},
	{"ink-3", "#5a6773", "#9ca9b5"},
	{"allowed", "#0b5c9e", "#77bbf6"},
	{"allowed-wash", "#e2effa", "#12304a"},
	{"blocked", "#a83a0c", "#ff9b74"},
	{"undefined", "#7a3776", "#dba6d6"},
	{"response", "#4f7ea6", "#5f8fb8"},
	{"entity", "#ffffff", "#1a252e"},
	{"entity-line", "#2b3a47", "#a9b7c3"},
	{"zone", "#eef2f5", "#141d24"},
	{"zone-line", "#7d8a96", "#62717d"},
	{"inferred", "#5a6773", "#9ca9b5"},
	{"inferred-fill", "#f7f9fa", "#0f161c"},
	{"outside", "#3f4d59", "#b6c2cc"},
	{"outside-fill", "#e1e7eb", "#202c36"},
	{"open-line", "#a98135", "#b8964f"},
	{"open-wash", "#fbf3df", "#2a2415"},
	{"open-text", "#6b511b", "#e0c88f"},
	{"unchanged", "#76838f", "#74828e"},
	{"opened", "#804b00", "#f7bd55"},
	{"opened-solid", "#f2a516", "#f2a516"},
	{"on-opened", "#14212c", "#14212c"},
	{"closed", "#00634a", "#5fcfa9"},
	{"closed-solid", "#00775a", "#4fbf99"},
	{"on-closed", "#ffffff", "#08140f"},
	{"hit", "transparent", "transparent"},
}
