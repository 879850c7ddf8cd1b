package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/netpolscope/netpolscope/internal/permalink"
)

// noStore is the store of a server that keeps no links.
const noStore = "none"

// defaultStore gives the store in the user's data folder; empty where there is none.
func defaultStore() string {
	folder := os.Getenv("XDG_DATA_HOME")
	if folder == "" {
		home, err := os.UserHomeDir()
		if err != nil || home == "/" {
			return ""
		}
		folder = filepath.Join(home, ".local", "share")
	}
	return "sqlite:" + filepath.Join(folder, "netpolscope", "links.db")
}

// fromEnvironment sets the flags that the command line leaves alone from variables
// like NETPOLSCOPE_MAX_TEXT.
func fromEnvironment(flags *pflag.FlagSet) error {
	var err error
	flags.VisitAll(func(f *pflag.Flag) {
		name := variable(f.Name)
		value, ok := os.LookupEnv(name)
		if !ok || f.Changed || f.Name == "help" || err != nil {
			return
		}
		if bad := flags.Set(f.Name, value); bad != nil {
			err = usage("%s: %s", name, strings.TrimPrefix(bad.Error(), "invalid argument "))
		}
	})
	return err
}

// variable is the variable that stands for a flag.
func variable(flag string) string {
	return "NETPOLSCOPE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// newLinks is for the operator of a store.
func newLinks(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "links",
		Short: "Look after stored links",
		Long: `Look after the links that a server stores. The store holds hashes, dates, sizes and
encrypted texts: nobody can read a link there without its address.`,
		Example: examples(name, `
netpolscope links stats
netpolscope links backup links.backup --store sqlite:/var/lib/netpolscope/links.db
netpolscope links delete https://netpolscope.example/p/abcdefghijkmnpqrstuvwxyz23`),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return err
			}
			return &exit{code: exitUsage}
		},
	}
	address := cmd.PersistentFlags().String("store", defaultStore(), "the store, sqlite:PATH or postgres://…")
	// with runs one of the commands on the store.
	with := func(run func(context.Context, *permalink.Store, io.Writer, []string) error) func(*cobra.Command, []string) error {
		return action(func(cmd *cobra.Command, args []string) (err error) {
			if err := fromEnvironment(cmd.InheritedFlags()); err != nil {
				return err
			}
			if *address == "" || *address == noStore {
				return usage("name the store with --store sqlite:PATH or postgres://…")
			}
			if path, ok := strings.CutPrefix(*address, "sqlite:"); ok {
				if _, err := os.Stat(path); err != nil && cmd.Name() != "restore" {
					return fmt.Errorf("there is no link store: %w", err)
				}
			}
			store, err := permalink.OpenStore(cmd.Context(), *address)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			return run(cmd.Context(), store, cmd.OutOrStdout(), args)
		})
	}
	cmd.AddCommand(
		&cobra.Command{Use: "stats", Short: "Count the links", Args: cobra.NoArgs, RunE: with(linkStats)},
		&cobra.Command{Use: "delete LINK…", Short: "Delete links, by address or id", Args: cobra.MinimumNArgs(1), RunE: with(deleteLinks)},
		&cobra.Command{Use: "purge", Short: "Delete the links that have ended", Args: cobra.NoArgs, RunE: with(purgeLinks)},
		&cobra.Command{Use: "backup FILE", Short: "Write all links to a file, while the store is in use", Args: cobra.ExactArgs(1), RunE: with(backupLinks)},
		&cobra.Command{Use: "restore FILE", Short: "Add the links of a backup; those that are there stay as they are", Args: cobra.ExactArgs(1), RunE: with(restoreLinks)},
	)
	return cmd
}

func linkStats(ctx context.Context, store *permalink.Store, out io.Writer, _ []string) error {
	st, err := store.Stats(ctx, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "links    %d\nended    %d\nbytes    %d\n", st.Links, st.Expired, st.Bytes)
	if st.Links > 0 {
		fmt.Fprintf(out, "oldest   %s\nnewest   %s\n", st.Oldest.Format(time.RFC3339), st.Newest.Format(time.RFC3339))
	}
	return nil
}

func deleteLinks(ctx context.Context, store *permalink.Store, out io.Writer, args []string) error {
	for _, text := range args {
		id, ok := permalink.ParseID(idIn(text))
		if !ok {
			return usage("%q is not a link: give its address, or the 26 characters behind /p/", text)
		}
		if err := store.Drop(ctx, id); err != nil {
			return fmt.Errorf("%s…: %w", string(id)[:6], err)
		}
		fmt.Fprintf(out, "deleted %s…\n", string(id)[:6])
	}
	return nil
}

// idIn takes the id out of an address like https://host/p/ID.svg?theme=dark.
func idIn(text string) string {
	text, _, _ = strings.Cut(text, "?")
	text = text[strings.LastIndex(text, "/")+1:]
	id, _, _ := strings.Cut(text, ".")
	return id
}

func purgeLinks(ctx context.Context, store *permalink.Store, out io.Writer, _ []string) error {
	n, err := store.Purge(ctx, time.Now())
	if err == nil {
		fmt.Fprintf(out, "deleted %d\n", n)
	}
	return err
}

// backupLinks writes beside the file first, so that a backup of before stays until the
// new one is whole.
func backupLinks(ctx context.Context, store *permalink.Store, out io.Writer, args []string) (err error) {
	file, err := os.CreateTemp(filepath.Dir(args[0]), ".backup-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	n, err := store.Backup(ctx, file)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), args[0]); err != nil {
		return err
	}
	fmt.Fprintf(out, "wrote %d links\n", n)
	return nil
}

func restoreLinks(ctx context.Context, store *permalink.Store, out io.Writer, args []string) (err error) {
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	n, err := store.Restore(ctx, file)
	if err == nil {
		fmt.Fprintf(out, "added %d links\n", n)
	}
	return err
}
