package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/web"
)

func newServe(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the web page and the API",
		Long: `Serve a page to paste or upload manifests to, and the API that answers as the other
commands do. Nothing that is sent is kept but what somebody shares as a link, of which
the store has a compressed and encrypted text that only the link opens. The process ends
on an interrupt: /readyz fails at once, new connections are refused after --notice, and
the requests under way have --drain to finish. The limits are for each request.

Every flag can be set by a variable too: NETPOLSCOPE_BASE_URL for --base-url.`,
		Example: examples(name, `
netpolscope serve
netpolscope serve --addr :8080 --trusted-proxy 10.0.0.0/8
netpolscope serve --max-text 32 --max-nodes 3000000
netpolscope serve --store none
netpolscope serve --lessons our-lessons/
netpolscope serve --store postgres://netpolscope@db/netpolscope --base-url https://netpolscope.example`),
		Args: cobra.NoArgs,
	}
	c := web.Config{Limits: manifest.WebLimits}
	flags := cmd.Flags()
	flags.StringVar(&c.Addr, "addr", "127.0.0.1:8080", "address to listen on")
	rate := flags.Int("rate", 300, "evaluations that a client may ask for in a minute, -1 for as many as it likes; unless this is given, clients at this machine are not counted")
	flags.IntVar(&c.Connections, "connections", 4096, "connections that may be open at a time")
	flags.IntVar(&c.Queue, "queue", 64, "requests that may wait for their turn")
	flags.DurationVar(&c.Patience, "patience", 5*time.Second, "time that a request waits for its turn")
	flags.DurationVar(&c.Notice, "notice", time.Second, "time that a stop goes on answering while /readyz fails, for balancers to hear of it")
	flags.DurationVar(&c.Drain, "drain", 20*time.Second, "time that requests under way have to finish at a stop")
	store := flags.String("store", defaultStore(), "where links are stored: sqlite:PATH, postgres://USER@HOST/DATABASE for several replicas, or none")
	flags.StringVar(&c.BaseURL, "base-url", "", "address that readers reach this server by, for links; empty for the one that each request was sent to")
	flags.IntVar(&c.LinksPerDay, "links-per-day", 200, "links that a client may store in a day, 0 for as many as it likes")
	linkAge := flags.Int("link-age", 0, "days that a link is stored at most, 0 for as long as its maker says")
	quota := flags.Int64("link-quota", 1<<10, "MiB that all links may take together, 0 for no bound")
	flags.StringVar(&c.AdminAddr, "admin-addr", "", "address for metrics and profiles, which are for the operator's network alone; empty serves none")
	proxies := flags.StringArray("trusted-proxy", nil, "range of addresses (10.0.0.0/8) whose X-Forwarded-For is believed; may be repeated")
	lessons := flags.String("lessons", "", "folder of lessons that this server teaches beside the course; see netpolscope lesson check")
	limits := addLimits(cmd)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) (err error) {
		if err := fromEnvironment(flags); err != nil {
			return err
		}
		if flags.Changed("rate") {
			c.Rate = *rate
		}
		for _, text := range *proxies {
			prefix, err := netip.ParsePrefix(text)
			if err != nil {
				return usage("--trusted-proxy %s is not a range of addresses like 10.0.0.0/8", text)
			}
			c.TrustedProxies = append(c.TrustedProxies, prefix)
		}
		if err := limits.apply(&c.Limits); err != nil {
			return err
		}
		if *lessons != "" {
			if c.Lessons, err = readLessons(*lessons); err != nil {
				return err
			}
		}
		if c.BaseURL != "" {
			base, err := url.Parse(c.BaseURL)
			if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
				return usage("--base-url %s is not an address like https://netpolscope.example", c.BaseURL)
			}
			c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		c.Version = currentVersion()
		c.Log = slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
		c.Listening = func(addr net.Addr) {
			fmt.Fprintf(cmd.ErrOrStderr(), "Netpolscope is at http://%s/ (Ctrl-C stops it)\n", addr)
		}
		kept, err := openLinks(ctx, *store, flags.Changed("store"), c.Log)
		if err != nil {
			return err
		}
		if kept != nil {
			defer func() { err = errors.Join(err, kept.Close()) }()
			const day = 24 * time.Hour
			c.Links = permalink.New(kept, permalink.Options{MaxAge: time.Duration(*linkAge) * day, Quota: *quota << 20})
		}
		server, err := web.New(c)
		if err != nil {
			return err
		}
		return server.Run(ctx)
	})
	return cmd
}

// openLinks opens the store of links. The one in the user's folder is there for
// convenience: where it cannot be had, the server goes on without.
func openLinks(ctx context.Context, address string, chosen bool, log *slog.Logger) (*permalink.Store, error) {
	if address == noStore || address == "" {
		return nil, nil
	}
	store, err := permalink.OpenStore(ctx, address)
	if err != nil && !chosen {
		log.WarnContext(ctx, "links are not stored; name a store with --store, or say --store none", "error", err.Error())
		return nil, nil
	}
	return store, err
}

// limitFlags raise or lower what one request may cost.
type limitFlags struct {
	text, archive, unpacked            int // MiB
	entries, documents, nodes, aliases int
}

func addLimits(cmd *cobra.Command) *limitFlags {
	var l limitFlags
	flags, web := cmd.Flags(), manifest.WebLimits
	flags.IntVar(&l.text, "max-text", web.TextBytes>>20, "MiB of text in a request")
	flags.IntVar(&l.archive, "max-archive", web.ArchiveBytes>>20, "MiB of a packed archive")
	flags.IntVar(&l.unpacked, "max-unpacked", web.UnpackedBytes>>20, "MiB that come out of archives")
	flags.IntVar(&l.entries, "max-entries", web.ArchiveEntries, "files in archives")
	flags.IntVar(&l.documents, "max-documents", web.Documents, "YAML documents in a request")
	flags.IntVar(&l.nodes, "max-nodes", web.Nodes, "YAML nodes in a request")
	flags.IntVar(&l.aliases, "max-aliases", web.Aliases, "YAML aliases in a document")
	return &l
}

// apply sets the limits that the flags name. Nothing is unlimited: a limit below one
// would be, and is refused.
func (l *limitFlags) apply(limits *manifest.Limits) error {
	for _, f := range []struct {
		name  string
		value int
		to    *int
		unit  int
	}{
		{"max-text", l.text, &limits.TextBytes, 1 << 20},
		{"max-archive", l.archive, &limits.ArchiveBytes, 1 << 20},
		{"max-unpacked", l.unpacked, &limits.UnpackedBytes, 1 << 20},
		{"max-entries", l.entries, &limits.ArchiveEntries, 1},
		{"max-documents", l.documents, &limits.Documents, 1},
		{"max-nodes", l.nodes, &limits.Nodes, 1},
		{"max-aliases", l.aliases, &limits.Aliases, 1},
	} {
		if f.value < 1 {
			return usage("--%s %d: a limit is at least 1", f.name, f.value)
		}
		*f.to = f.value * f.unit
	}
	return nil
}
