package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const (
	recipeFile = "../../.github/examples/network-policies.yml"
	hookFile   = "../../.github/examples/pre-commit"
)

// step is a step of the documented workflow.
type step struct {
	Name, Run, If, Uses string
	WorkingDirectory    string `json:"working-directory"`
	With                map[string]any
}

// recipe gives the steps of the documented workflow and the variables of its job.
func recipe(t *testing.T) (steps []step, env map[string]string) {
	t.Helper()
	text, err := os.ReadFile(recipeFile)
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct {
			Env   map[string]string
			Steps []step
		}
	}
	if err := yaml.Unmarshal(text, &workflow); err != nil {
		t.Fatal(err)
	}
	job := workflow.Jobs["netpolscope"]
	return job.Steps, job.Env
}

// runner runs the steps of the workflow as a build server does, in a repository of its
// own with a remote.
type runner struct {
	t             *testing.T
	repo, origin  string
	temp, netpols string
	env           map[string]string
	steps         []step
}

// expression is what the build server puts in; the shell gets it by variables only.
var expression = regexp.MustCompile(`\$\{\{ *([a-z_.]+) *\}\}`)

func newRunner(t *testing.T) *runner {
	t.Helper()
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	r := &runner{t: t, repo: filepath.Join(root, "repo"), origin: filepath.Join(root, "origin.git"), temp: filepath.Join(root, "temp"), netpols: source}
	var env map[string]string
	r.steps, env = recipe(t)
	r.env = map[string]string{"RUNNER_TEMP": r.temp, "GITHUB_PATH": filepath.Join(root, "path"), "GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull}
	for name, value := range env {
		r.env[name] = expression.ReplaceAllStringFunc(value, func(m string) string {
			known := map[string]string{"github.base_ref": "main", "github.head_ref": "change"}
			of := expression.FindStringSubmatch(m)[1]
			if known[of] == "" {
				t.Fatalf("nothing is known of %s", of)
			}
			return known[of]
		})
	}
	if err := os.Mkdir(r.temp, 0o700); err != nil {
		t.Fatal(err)
	}
	r.must(root, "git init -q --bare -b main origin.git && git clone -q origin.git repo && git -C repo checkout -q -b main")
	return r
}

// shell runs a script as "run" does and gives what it said.
func (r *runner) shell(dir, script string) (string, error) {
	cmd := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script)
	cmd.Dir = dir
	paths, _ := os.ReadFile(r.env["GITHUB_PATH"])
	path := os.Getenv("PATH")
	for line := range strings.Lines(string(paths)) {
		path = strings.TrimSpace(line) + string(os.PathListSeparator) + path
	}
	cmd.Env = append(os.Environ(), "PATH="+path, "PWD="+dir)
	for name, value := range r.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (r *runner) must(dir, script string) string {
	r.t.Helper()
	out, err := r.shell(dir, script)
	if err != nil {
		r.t.Fatalf("%s\n%v\n%s", script, err, out)
	}
	return out
}

// build runs the step that builds the program, which the others then find.
func (r *runner) build() {
	r.t.Helper()
	for _, s := range r.steps {
		if s.WorkingDirectory == ".netpolscope" {
			r.must(r.netpols, s.Run)
		}
	}
}

// pullRequest runs the other steps on the branch as it is in the repository, and gives the
// names of those that failed with what they said. What an action is given must be there.
func (r *runner) pullRequest() map[string]string {
	r.t.Helper()
	r.must(r.repo, `rm -rf "$RUNNER_TEMP/base" && git worktree prune`)
	failed := map[string]string{}
	for _, s := range r.steps {
		if strings.Contains(s.Run, "${{") {
			r.t.Errorf("%s has an expression in its script, which a branch's name can break out of", s.Name)
		}
		if s.Run == "" || s.WorkingDirectory != "" {
			for _, value := range s.With {
				if path, ok := strings.CutPrefix(fmt.Sprint(value), "${{ runner.temp }}/"); ok {
					if _, err := os.Stat(filepath.Join(r.temp, path)); err != nil {
						r.t.Errorf("%s: %v", s.Uses, err)
					}
				}
			}
			continue
		}
		if out, err := r.shell(r.repo, s.Run); err != nil {
			failed[s.Name] = out
		}
	}
	return failed
}

func (r *runner) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.repo, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r *runner) commit() {
	r.t.Helper()
	r.must(r.repo, "git add -A && git -c user.name=a -c user.email=a@example.com commit -q -m change")
}

func (r *runner) temporary(name string) string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.temp, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// pictures counts the commits of the branch at the remote that changed the picture.
func (r *runner) pictures() string {
	r.t.Helper()
	return strings.TrimSpace(r.must(r.repo, "git fetch -q origin && git rev-list --count origin/main..origin/change -- docs/network.svg"))
}

const (
	recipePods = `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
`
	recipePolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
`
)

// TestRecipe tries every command of the documented workflow on pull requests of a small
// repository: the first manifests, one that changes only words, and one that opens a door.
func TestRecipe(t *testing.T) {
	r := newRunner(t)
	r.build()
	t.Run("hook", func(t *testing.T) { commitWithHook(t, r) })
	r.write("README", "Nothing yet.")
	r.commit()
	r.must(r.repo, "git push -q origin main && git checkout -q -b change && git push -q origin change")

	r.write("manifests/pods.yaml", recipePods)
	r.write("manifests/shop/db.yaml", recipePolicy)
	r.must(r.repo, "netpolscope check --write -R -f manifests > expectations.yaml")
	r.commit()
	if failed := r.pullRequest(); len(failed) > 0 {
		t.Fatalf("with the first manifests: %v", failed)
	}
	if n := r.pictures(); n != "1" {
		t.Fatalf("the picture was pushed %s times", n)
	}
	for file, want := range map[string]string{"comment.md": "shop/db", "check.xml": `failures="0" errors="0"`, "netpolscope.sarif": `"version": "2.1.0"`} {
		if text := r.temporary(file); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q:\n%s", file, want, text)
		}
	}
	r.must(r.repo, "git push -q origin HEAD:main")

	// Words, the order of documents and the names of files are not the network.
	r.must(r.repo, "git mv manifests/shop/db.yaml manifests/a.yaml")
	r.write("manifests/a.yaml", "# The database.\n"+strings.Replace(recipePolicy, "metadata:", "# Its name.\nmetadata:", 1))
	r.commit()
	if failed := r.pullRequest(); len(failed) > 0 || r.pictures() != "0" {
		t.Errorf("a change of words fails %v or pushes a picture: %s", failed, r.pictures())
	}
	if comment := r.temporary("comment.md"); !strings.Contains(comment, "no connection opens or closes") {
		t.Errorf("the comment on a change of words is\n%s", comment)
	}

	// A door is opened.
	r.write("manifests/a.yaml", strings.Replace(recipePolicy, "port: 5432", "port: 5433", 1))
	r.commit()
	failed := r.pullRequest()
	if said := failed["Expectations"]; len(failed) != 1 || !strings.Contains(said, "manifests/a.yaml line 8") {
		t.Errorf("what was expected is not so, and the steps that fail are %v", failed)
	}
	if n := r.pictures(); n != "1" {
		t.Errorf("the picture of another network is pushed: %s", n)
	}
	if comment := r.temporary("comment.md"); !strings.Contains(comment, "5433") || !strings.Contains(comment, "db") {
		t.Errorf("the comment does not name what opened:\n%s", comment)
	}

	// A policy that the API server refuses is a finding at its line, and fails.
	r.write("manifests/a.yaml", strings.Replace(recipePolicy, "[Ingress]", "[ingress]", 1))
	r.commit()
	failed = r.pullRequest()
	if said := failed["Would the API server take it"]; !strings.Contains(said, "manifests/a.yaml:6:17: error NP207") {
		t.Errorf("the steps that fail are %v", failed)
	}
	if log := r.temporary("netpolscope.sarif"); !strings.Contains(log, `"uri": "manifests/a.yaml"`) || !strings.Contains(log, `"startLine": 6`) {
		t.Errorf("the log is\n%s", log)
	}
}

// commitWithHook commits with the documented hook: what is in the index counts and nothing
// else. The program is the one that was built.
func commitWithHook(t *testing.T, built *runner) {
	r := newRunner(t)
	r.env["GITHUB_PATH"] = built.env["GITHUB_PATH"]
	hook, err := os.ReadFile(hookFile)
	if err != nil {
		t.Fatal(err)
	}
	r.write("manifests/pods.yaml", recipePods)
	r.write("manifests/db.yaml", recipePolicy)
	r.must(r.repo, "netpolscope check --write -R -f manifests > expectations.yaml")
	if err := os.WriteFile(filepath.Join(r.repo, ".git/hooks/pre-commit"), hook, 0o700); err != nil {
		t.Fatal(err)
	}
	r.commit()
	for _, c := range []struct{ policy, says string }{
		{strings.Replace(recipePolicy, "[Ingress]", "[ingress]", 1), "manifests/db.yaml:6:17: error NP207"},
		{strings.Replace(recipePolicy, "5432", "5433", 1), "expectations.yaml:"},
	} {
		r.write("manifests/db.yaml", c.policy)
		const commit = "git -c user.name=a -c user.email=a@example.com commit -m change"
		out, err := r.shell(r.repo, "git add -A && "+commit)
		if err == nil || !strings.Contains(out, c.says) {
			t.Errorf("it was committed: %t\n%s", err == nil, out)
		}
		// What is in the folder and not in the index does not matter.
		r.must(r.repo, "git reset -q && git add -A :/ ':!manifests' && "+commit+" --allow-empty")
	}
}
