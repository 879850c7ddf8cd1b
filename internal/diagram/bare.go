package diagram

// Bare gives the boxes of a picture and the frames of their namespaces, and leaves out all
// that tells who may call whom: arrows, groups, locks, and what is drawn because of them,
// as address ranges that a policy names.
// It is what somebody looks at who is asked what they think is possible.
func (d *Diagram) Bare() *Diagram {
	bare := &Diagram{Title: d.Title, Subtitle: "Who may call whom?", TopToBottom: d.TopToBottom}
	places := make([]int, len(d.Frames))
	within := func(frame int) int {
		if frame == None {
			return None
		}
		return places[frame]
	}
	for i, f := range d.Frames {
		if f.Kind == AlikeFrame {
			places[i] = within(f.Parent)
			continue
		}
		places[i] = len(bare.Frames)
		f.Parent, f.Lines = within(f.Parent), nil
		bare.Frames = append(bare.Frames, f)
	}
	for _, n := range d.Nodes {
		if n.Kind == Pill || n.Kind == Range {
			continue
		}
		n.Frame, n.Lines, n.Sides, n.HostNetwork, n.Title = within(n.Frame), nil, [2]Side{}, false, n.Name
		bare.Nodes = append(bare.Nodes, n)
	}
	return bare
}
