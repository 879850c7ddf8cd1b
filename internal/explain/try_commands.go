package explain

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// The images of the pods and containers that commands start: one with nc, and one of
// the Kubernetes project that speaks SCTP.
const (
	netImage  = "nicolaka/netshoot"
	sctpImage = "registry.k8s.io/e2e-test-images/agnhost:2.53"
)

// commands give the ways to try the connection, the simplest first.
func (t *trier) commands() []Command {
	host, how := t.target()
	probe := t.probe(host)
	image := netImage
	if t.asked.Protocol == netset.SCTP {
		image = sctpImage
	}
	e := t.from
	var list []Command
	add := func(line, format string, args ...any) {
		list = append(list, Command{Text: strings.TrimSpace(fmt.Sprintf(format, args...) + how), Line: line})
	}
	switch {
	case e.Kind == model.KindNode:
		add(fmt.Sprintf("kubectl debug %s -it --image=%s -- %s", word(e.ID), image, probe), "From the network of the node.")
	case !e.IsPod():
		where := "On a machine outside the cluster."
		if t.fromAddr.IsValid() {
			where = fmt.Sprintf("On the machine with the address %s.", t.fromAddr)
		}
		if t.to.IsPod() {
			where += " Addresses of pods and Services are seldom reachable from there: take those of the load balancer, the node port or the Ingress where there is one."
		}
		add(probe, "%s", where)
	case e.AnyOther && e.Namespace.Elsewhere:
		add(fmt.Sprintf("kubectl create namespace probe && kubectl run probe -n probe --rm -it --restart=Never --image=%s %s; kubectl delete namespace probe", image, t.args(probe)),
			"From a pod in a namespace of its own, which is gone afterwards.")
	case t.started():
		labels := ""
		if len(e.Labels) > 0 {
			labels = " --labels=" + word(labelled(e))
		}
		add(fmt.Sprintf("kubectl run probe -n %s --rm -it --restart=Never%s --image=%s %s", word(e.Namespace.Name), labels, image, t.args(probe)),
			"From a pod that is gone afterwards%s.", map[bool]string{true: ", with the labels that policies go by", false: " and carries no label but run=probe"}[labels != ""])
	default:
		list = append(list, t.within(probe, how, image)...)
	}
	return list
}

// started reports whether there is no pod to step into: it is not in the bundle, or it
// runs now and then.
func (t *trier) started() bool {
	e := t.from
	return e.Kind == model.KindInferred || e.AnyOther || len(e.Pods) == 0 && (e.Workload == "CronJob" || e.Workload == "Job")
}

// within steps into a pod that runs: into its own container, or into one beside it that
// shares its network and so its policies.
func (t *trier) within(probe, how, image string) []Command {
	e := t.from
	ns := word(e.Namespace.Name)
	pod, exec := t.podOf(e), ""
	if kind, ok := execKinds[e.Workload]; ok && len(e.Pods) == 0 {
		exec = kind + "/" + word(e.Name)
	} else {
		exec = pod
	}
	var list []Command
	if t.asked.Protocol != netset.SCTP {
		list = append(list, Command{Text: strings.TrimSpace("Where the image has nc." + how), Line: fmt.Sprintf("kubectl exec -n %s %s -- %s", ns, exec, probe)})
	}
	return append(list, Command{
		Text: "From a container beside it, which shares its network: policies treat both alike.",
		Line: fmt.Sprintf("kubectl debug -n %s %s -it --image=%s -- %s", ns, pod, image, probe),
	})
}

// execKinds are the workloads of which kubectl exec finds a pod by itself.
var execKinds = map[string]string{
	"Deployment": "deploy", "StatefulSet": "sts", "DaemonSet": "ds", "ReplicaSet": "rs", "ReplicationController": "rc", "Job": "job",
}

// podOf names a pod of an entity, or the command that finds one.
func (t *trier) podOf(e *model.Entity) string {
	switch {
	case e.Kind == model.KindPod:
		return word(e.Name)
	case len(e.Pods) > 0:
		_, name, _ := strings.Cut(e.Pods[0], "/")
		return word(name)
	case e.Workload == "StatefulSet":
		return word(e.Name + "-0")
	}
	return fmt.Sprintf(`"$(kubectl get pods -n %s -l %s -o name | head -n 1)"`, word(e.Namespace.Name), word(labelled(e)))
}

// args hands a command to a pod that is started: agnhost is its image's own command.
func (t *trier) args(probe string) string {
	if t.asked.Protocol == netset.SCTP {
		return "-- " + strings.TrimPrefix(probe, "/agnhost ")
	}
	return "-- " + probe
}

// probe is the command that tries the port of a host.
func (t *trier) probe(host string) string {
	port := strconv.Itoa(int(t.asked.Number))
	const dns = 53
	switch {
	case t.asked.Protocol == netset.SCTP:
		if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
			host = "[" + host + "]"
		}
		return "/agnhost connect " + host + ":" + port + " --protocol=sctp --timeout=3s"
	case t.asked.Protocol == netset.UDP && t.asked.Number == dns:
		return "nslookup -timeout=3 kubernetes.default.svc.cluster.local " + host
	case t.asked.Protocol == netset.UDP:
		return "nc -zuv -w 3 " + host + " " + port
	}
	return "nc -zv -w 3 " + host + " " + port
}

// target says how the called is reached in a command, and what has to be known to use
// it.
func (t *trier) target() (host, how string) {
	e := t.to
	notice := ""
	if t.asked.Protocol == netset.UDP && t.asked.Number != 53 {
		notice = " nc reports success over UDP unless something refuses: watch for an answer of the application."
	}
	switch {
	case t.question.service != nil:
		s := t.question.service
		return word(s.Name + "." + s.Namespace.Name), notice
	case t.toAddr.IsValid():
		return t.toAddr.String(), notice
	case !e.Addrs.IsEmpty():
		return someAddress(e).String(), notice
	case !e.IsPod():
		return "NODE_ADDRESS", " Put an address of the node in the place of NODE_ADDRESS." + notice
	case e.AnyOther:
		return "POD_ADDRESS", " Put the address of such a pod in the place of POD_ADDRESS." + notice
	case e.Kind == model.KindPod, len(e.Pods) > 0, e.Workload == "StatefulSet":
		return fmt.Sprintf(`"$(kubectl get pod -n %s %s -o jsonpath='{.status.podIP}')"`, word(e.Namespace.Name), t.podOf(e)), notice
	}
	return fmt.Sprintf(`"$(kubectl get pods -n %s -l %s -o jsonpath='{.items[0].status.podIP}')"`, word(e.Namespace.Name), word(labelled(e))), notice
}

// known are addresses on the Internet that answer.
var known = []netip.Addr{netip.MustParseAddr("1.1.1.1"), netip.MustParseAddr("2606:4700:4700::1111")}

// someAddress gives an address of a set: one that answers, else the first that a machine
// can have.
func someAddress(e *model.Entity) netip.Addr {
	for _, a := range known {
		if e.Kind == model.KindAddresses && e.Addrs.Contains(a) {
			return a
		}
	}
	prefix := e.Addrs.Prefixes()[0]
	a := prefix.Addr()
	if next := a.Next(); !prefix.IsSingleIP() && e.Addrs.Contains(next) {
		return next
	}
	return a
}

// word quotes a text for a shell where that is needed.
func word(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:@%+") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
