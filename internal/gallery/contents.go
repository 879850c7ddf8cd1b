package gallery

// contents is the order of the gallery. Behind a question mark stands how a card is best
// looked at.
var contents = []struct {
	name, title, about string
	cards              []string
}{
	{"practices", "Good practice", "What to do, in this order, with a cluster that has no policies yet. Each card shows a bundle with the advice followed, but for the last one, which is a change to stop. What the change opens and closes is one click away.", []string{
		"practice-default-deny", "practice-open-dns", "practice-both-ends", "practice-policy-types", "practice-namespace-label", "practice-test-first",
	}},
	{"defaults", "Five default policies", "What a namespace starts from. Apply one, and open or close the rest with further policies, which add up.", []string{
		"default-deny-ingress", "default-allow-ingress", "default-deny-egress", "default-allow-egress", "default-deny-both",
	}},
	{"recipes", "Recipes", "Fourteen things that people want of network policies, some of them with a variant beside. The title says what is wanted, and under the picture stands what comes of it.", []string{
		"recipe-01-deny-all-to-an-app", "recipe-02-limit-to-an-app", "recipe-02a-allow-all-to-an-app", "recipe-03-deny-all-in-a-namespace",
		"recipe-04-deny-other-namespaces", "recipe-05-allow-all-namespaces", "recipe-06-allow-a-namespace",
		"recipe-07-some-pods-of-another-namespace", "recipe-07-as-two-entries", "recipe-08-external-clients", "recipe-08-external-clients-one-port",
		"recipe-09-one-port", "recipe-09-one-port-by-name", "recipe-10-several-selectors", "recipe-11-deny-egress-of-an-app", "recipe-11-with-dns",
		"recipe-12-deny-egress-of-a-namespace", "recipe-14-deny-external-egress", "recipe-14-as-published",
	}},
	{"tiers", "Web, api and db", "The shop of three tiers that most tutorials draw, step by step: open, limited by port, by namespace, by address.", []string{
		"fig-open", "fig-ports?view=sequence", "rules-in-words?view=rules", "port-mismatch",
		"fig-db-from-api", "fig-production-only", "fig-every-namespace", "fig-every-namespace-trap", "fig-backup-calls-db", "fig-db-calls-backup",
		"fig-duplex?show=responses,blocked&select=default/b..default/a", "deny-all-ingress",
	}},
	{"database", "One policy for the database", "The same policy alone, in a cluster, as a fragment, and three times under one name.", []string{
		"db-policy", "db-policy-in-a-cluster", "db-policy-with-backup", "db-policy-egress", "db-policy-three-versions", "db-policy-fragment",
	}},
	{"services", "Services, names and labels", "A policy is asked at the pod: it sees the pod's port and the pod's labels, and no Service.", []string{
		"service-demo?select=default/allowed..default/Service/target&port=2345&probe=1", "service-port-trap?select=default/allowed..default/Service/target&port=2345", "service-demo-all-ports",
		"label-exists", "label-empty", "payroll",
	}},
	{"repair", "To repair", "Manifests as they were printed, with their faults. The findings say where each fault is; many can be mended with one click.", []string{
		"broken-manifest", "broken-manifest-repaired", "second-broken-manifest", "second-broken-manifest-repaired",
	}},
	{"said", "What a text says, and what Kubernetes does", "Seventeen fragments from one tutorial, each made into a policy with nothing added. Five of them do the opposite of what they are printed for, and one is refused.", []string{
		"said-01", "said-02", "said-03", "said-04", "said-05", "said-06", "said-07", "said-08", "said-09", "said-10", "said-11", "said-12",
		"said-13", "said-14", "said-15", "said-16", "said-17",
	}},
}
