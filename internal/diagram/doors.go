package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Door is a Service, or an Ingress in front of one, drawn in the wall of the box that
// it leads to. It is no end of a connection: policies are asked after the Service was
// resolved, about the pod and its own port.
type Door struct {
	// Services and Ingresses are the ids of what the door stands for: one Service, or
	// the Ingresses in front of it; several Services before a stack.
	Services, Ingresses []string
	// Name is the Service's or the Ingress's, or the word for its kind where the box
	// has that name already.
	Name string
	// Ports are the ports of the Service and the pods', "2345 → 1234", one a line.
	// Ingresses have none.
	Ports []string
	// Silent is set for a door that is not drawn, since it would say what the box and
	// its arrows say: a Service with the name of the workload and its ports, where the
	// picture has much else to say.
	Silent bool
	Title  string
}

// Words is the door as one line of text, for forms without a place to draw it.
func (d Door) Words() string {
	words := d.Name
	if len(d.Services) == 1 && d.Name != "Service" && len(d.Ports) > 0 {
		words = "Service " + words
	}
	return strings.TrimSpace(words + " " + strings.Join(d.Ports, ", "))
}

// mostDoorPorts is how many ports of one Service are drawn; its title has more.
const mostDoorPorts = 4

// doorways says which Services lead to an entity and which Ingresses to a Service.
type doorways struct {
	services  map[*model.Entity][]*model.Service
	ingresses map[*model.Service][]*model.IngressObject
}

func doorwaysOf(c *model.Cluster) doorways {
	w := doorways{map[*model.Entity][]*model.Service{}, map[*model.Service][]*model.IngressObject{}}
	for _, s := range c.Services {
		for _, e := range s.Entities {
			w.services[e] = append(w.services[e], s)
		}
	}
	for _, in := range c.Ingresses {
		for i := range in.Backends {
			s := in.Backends[i].Service
			if s != nil && in.Backends[i].Port != nil && !slices.Contains(w.ingresses[s], in) {
				w.ingresses[s] = append(w.ingresses[s], in)
			}
		}
	}
	return w
}

// doors are the doors of an entity's box, by Service; what is in front of a Service
// comes before it.
func (w doorways) doors(e *model.Entity) (doors []Door) {
	for _, s := range w.services[e] {
		d, ok := serviceDoor(s, e)
		if !ok {
			continue
		}
		if front := w.ingresses[s]; len(front) > 0 {
			doors = append(doors, ingressDoor(front, s, e.Name))
		}
		d.Silent = d.Silent && len(w.ingresses[s]) == 0
		doors = append(doors, d)
	}
	return doors
}

// count is the one door of a stack, whose members have Services of their own.
func (w doorways) count(entities []*model.Entity) []Door {
	var d Door
	var names []string
	for _, e := range entities {
		for _, s := range w.services[e] {
			if !slices.Contains(d.Services, s.ID) {
				d.Services = append(d.Services, s.ID)
				names = append(names, s.Name)
			}
		}
	}
	switch n := len(names); {
	case n == 0:
		return nil
	case n == 1:
		d.Name, d.Title = "Service "+names[0], "Service "+names[0]+" leads to pods of this box."
	default:
		d.Name, d.Title = plural(n, "Service"), "Services "+list(someOf(names, 6))+" lead to pods of this box."
	}
	d.Name, d.Title = Display(d.Name), Display(d.Title)
	return []Door{d}
}

// serviceDoor gives the door of a Service to one entity; there is none where the
// entity has none of the ports that the Service leads to.
func serviceDoor(s *model.Service, e *model.Entity) (Door, bool) {
	d := Door{Services: []string{s.ID}, Name: "Service"}
	if s.Name != e.Name {
		d.Name = Display(s.Name)
	}
	var ways, seen, nodePorts []string
	changed := false
	for _, p := range s.Ports {
		target, ok := p.On(e)
		if !ok {
			continue
		}
		protocol := ""
		if p.Protocol != netset.TCP {
			protocol = p.Protocol.String() + " "
		}
		to := protocol + fmt.Sprint(target)
		from := protocol + fmt.Sprint(p.Port)
		if s.Headless {
			from = to
		}
		if !slices.Contains(seen, to) {
			seen = append(seen, to)
		}
		if from == to {
			d.Ports = append(d.Ports, to)
			ways = append(ways, "port "+to+" leads to the same port")
		} else {
			changed = true
			d.Ports = append(d.Ports, fmt.Sprintf("%s → %d", from, target))
			ways = append(ways, fmt.Sprintf("port %s leads to port %d", from, target))
		}
		if p.NodePort != 0 {
			nodePorts = append(nodePorts, fmt.Sprint(p.NodePort))
		}
	}
	if len(d.Ports) == 0 {
		return Door{}, false
	}
	if more := len(d.Ports) - mostDoorPorts; more > 0 {
		d.Ports = append(d.Ports[:mostDoorPorts-1], fmt.Sprintf("and %d more", more+1))
	}
	where := "Service " + s.Name + " in " + s.Namespace.Name
	switch {
	case s.Headless:
		d.Title = fmt.Sprintf("%s is headless: its name stands for these pods, and callers use their own %s.", where, ports(seen))
	case changed:
		d.Title = fmt.Sprintf("%s: %s of these pods; policies see %s.", where, list(someOf(ways, 6)), list(someOf(seen, 6)))
	default:
		d.Title = fmt.Sprintf("%s: %s of these pods.", where, list(someOf(ways, 6)))
	}
	switch {
	case s.Type == "LoadBalancer":
		d.Title += " It may be called from outside, through a load balancer."
	case s.Exposed() && len(nodePorts) > 0:
		d.Title += " It may be called from outside, at " + ports(nodePorts) + " of every node."
	case s.Exposed():
		d.Title += " It may be called from outside, at a port of every node."
	}
	d.Title = Display(d.Title)
	d.Silent = s.Name == e.Name && !changed && !s.Exposed()
	return d, true
}

func ports(numbers []string) string {
	if len(numbers) == 1 {
		return "port " + numbers[0]
	}
	return "ports " + list(someOf(numbers, 6))
}

// ingressDoor is the door of the Ingresses in front of a Service.
func ingressDoor(front []*model.IngressObject, s *model.Service, box string) Door {
	d := Door{Name: "Ingress"}
	var sentences []string
	for _, in := range front {
		d.Ingresses = append(d.Ingresses, in.ID)
		var ways []string
		for i := range in.Backends {
			b := &in.Backends[i]
			if b.Service != s || b.Port == nil {
				continue
			}
			where := b.Host + b.Path
			switch {
			case b.Host == "" && b.Path == "" && strings.HasPrefix(b.Field, "spec.rules"):
				where = "every host"
			case b.Host == "" && b.Path == "":
				where = "what no rule names"
			case b.Host == "":
				where = b.Path + " of every host"
			}
			ways = append(ways, fmt.Sprintf("%s leads to port %d", where, b.Port.Port))
		}
		sentences = append(sentences, fmt.Sprintf("Ingress %s in %s: %s of Service %s.", in.Name, in.Namespace.Name, list(someOf(ways, 4)), s.Name))
	}
	switch {
	case len(front) > 1:
		d.Name = fmt.Sprintf("%d Ingresses", len(front))
	case front[0].Name != s.Name && front[0].Name != box:
		d.Name = "Ingress " + front[0].Name
	}
	d.Name = Display(d.Name)
	d.Title = Display(strings.Join(someOf(sentences, 4), " ") + " The pods of the ingress controller make these calls.")
	return d
}

// doorSentence names, in the title of a box, the Services that lead to it.
func doorSentence(doors []Door) string {
	var names []string
	for _, d := range doors {
		for _, id := range d.Services {
			names = append(names, id[strings.LastIndexByte(id, '/')+1:])
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return " Service " + names[0] + " leads to it."
	}
	return " Services " + list(someOf(names, 4)) + " lead to it."
}

// someOf keeps a list short for a sentence.
func someOf(words []string, most int) []string {
	if len(words) <= most {
		return words
	}
	return append(slices.Clone(words[:most]), fmt.Sprintf("%d more", len(words)-most))
}

// quiet decides about the doors that say nothing new: small pictures have room for
// them.
func (a *artist) quiet(small bool) (silent bool) {
	for i := range a.d.Nodes {
		for k := range a.d.Nodes[i].Doors {
			d := &a.d.Nodes[i].Doors[k]
			d.Silent = d.Silent && !small
			silent = silent || d.Silent
		}
	}
	return silent
}

// closedDoors says which Services and Ingresses lead to no pod of the bundle, and so
// have no door.
func (w doorways) closedDoors(c *model.Cluster) (notes []string) {
	var services, ingresses []string
	for _, s := range c.Services {
		if !slices.ContainsFunc(s.Entities, func(e *model.Entity) bool { _, ok := serviceDoor(s, e); return ok }) {
			services = append(services, s.Namespace.Name+"/"+s.Name)
		}
	}
	for _, in := range c.Ingresses {
		if !slices.ContainsFunc(in.Backends, func(b model.IngressBackend) bool {
			return b.Service != nil && b.Port != nil && !slices.Contains(services, in.Namespace.Name+"/"+b.Service.Name)
		}) {
			ingresses = append(ingresses, in.Namespace.Name+"/"+in.Name)
		}
	}
	for _, k := range []struct {
		kind, many string
		names      []string
	}{{"Service", "Services", services}, {"Ingress", "Ingresses", ingresses}} {
		switch n := len(k.names); {
		case n == 1:
			notes = append(notes, fmt.Sprintf("%s %s leads to no pod of the bundle.", k.kind, k.names[0]))
		case n > 1:
			notes = append(notes, fmt.Sprintf("%s %s lead to no pod of the bundle.", k.many, list(someOf(k.names, 4))))
		}
	}
	return notes
}
