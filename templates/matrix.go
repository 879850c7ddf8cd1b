package templates

// class gives the style classes of a kind of cell.
func (k CellKind) class() string {
	switch k {
	case SomePorts:
		return "y"
	case AllPorts:
		return "y all"
	case StoppedLeaving:
		return "x l"
	case StoppedEntering:
		return "x e"
	case StoppedBoth:
		return "x l e"
	case Stopped:
		return "x"
	case Undecided:
		return "u"
	default:
		return "none"
	}
}
