package templates

// sections are the parts of the site, in the order in which its navigation has them.
var sections = []struct{ name, title, href string }{
	{"workbench", "Workbench", "/"},
	{"learn", "Learn", "/learn"},
	{"examples", "Examples", "/examples"},
	{"checks", "Checks", "/checks"},
	{"myths", "Myths", "/myths"},
	{"glossary", "Glossary", "/glossary"},
	{"compare", "Compare", "/diff"},
	{"api", "API", "/api/v1/openapi.yaml"},
}
