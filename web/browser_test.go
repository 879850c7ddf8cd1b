package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser finds a Chromium. Without one the test is skipped, on a person's machine only.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("NETPOLSCOPE_BROWSER"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no Chromium found; set NETPOLSCOPE_BROWSER")
	}
	t.Skip("no Chromium found; set NETPOLSCOPE_BROWSER")
	return ""
}

// probe is a page of the test's own site that shows other pages in a frame, one after
// the other, and reports how wide each is and what it looks like.
const probe = `<!doctype html><title>probe</title><script type="module">
const views = %s, reports = [];
const frame = document.createElement("iframe");
frame.height = 900;
document.documentElement.append(frame);
for (const view of views) {
  frame.width = view.width;
  await new Promise((loaded) => { frame.onload = loaded; frame.src = view.target; });
  await new Promise((settled) => setTimeout(settled, 150));
  const page = frame.contentDocument, picture = page.querySelector("[data-picture] svg");
  reports.push({
    ...view, overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    styled: getComputedStyle(page.body).margin === "0px",
    scripted: !picture || view.width <= 760 || page.querySelector(".zoom") !== null,
  });
}
fetch("/report", {method: "POST", body: JSON.stringify(reports)});
</script>`

// control is a page with the faults that the test looks for.
const control = `<!doctype html><title>control</title><table width="3000"><tr><td style="color: red">wide</td></tr></table>`

type sight struct {
	Target           string `json:"target"`
	Width            int    `json:"width"`
	Overflow         int
	Styled, Scripted bool
}

// The pages are shown as they are, but for two headers: they may stand in the probe's
// frame, and violations of the policy are reported to the test.
func TestPagesInABrowser(t *testing.T) {
	path := browser(t)
	var views []sight
	for _, target := range []string{"/", "/examples/three-tier-shop?select=shop/CronJob/backup..shop/StatefulSet/db", "/examples/one-policy?view=matrix&theme=dark", "/examples/and-or?view=policies", "/none", "/control"} {
		for _, width := range []int{1440, 390} {
			views = append(views, sight{Target: target, Width: width})
		}
	}
	s := newSite(t)
	reports := make(chan []sight, 1)
	var mu sync.Mutex
	violations := map[string]int{} // by address
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/probe":
			list, _ := json.Marshal(views)
			fmt.Fprintf(w, probe, list)
		case "/report":
			var got []sight
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Errorf("report: %v", err)
			}
			reports <- got
		case "/violation":
			var got struct {
				Report struct {
					Document string `json:"document-uri"`
					Blocked  string `json:"blocked-uri"`
				} `json:"csp-report"`
			}
			_ = json.NewDecoder(r.Body).Decode(&got)
			mu.Lock()
			violations[got.Report.Document]++
			mu.Unlock()
		default:
			answer := httptest.NewRecorder()
			if r.URL.Path == "/control" {
				answer.WriteString(control)
			} else {
				s.Handler().ServeHTTP(answer, r)
			}
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			w.Header().Set("X-Frame-Options", "SAMEORIGIN")
			w.Header().Set("Content-Security-Policy", strings.Replace(pageCSP, "frame-ancestors 'none'", "frame-ancestors 'self'; report-uri /violation", 1))
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		}
	}))
	defer server.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	profile, err := os.MkdirTemp("", "netpolscope-browser")
	if err != nil {
		t.Fatal(err)
	}
	// Processes of the browser may still be writing when it is told to end.
	defer func() { _ = os.RemoveAll(profile) }()
	c := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+profile,
		"--window-size=1600,1000", "--remote-debugging-port=0", server.URL+"/probe")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	select {
	case views = <-reports:
	case <-ctx.Done():
		t.Fatal("the browser reported nothing")
	}
	for _, got := range views {
		if got.Target == "/control" {
			if got.Overflow == 0 || got.Styled {
				t.Errorf("the control is fine: %+v", got)
			}
			continue
		}
		if got.Overflow > 0 || !got.Styled || !got.Scripted {
			t.Errorf("%+v", got)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	seen := false
	for document, n := range violations {
		if strings.HasSuffix(document, "/control") {
			seen = true
			continue
		}
		t.Errorf("%d violations of the content security policy at %s", n, document)
	}
	if !seen {
		t.Error("the control's violation was not reported, so that none would have been")
	}
}
