package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
)

// makers counts the links that each client made in a day.
type makers struct {
	most int // 0 has no bound
	mu   sync.Mutex
	day  int64
	made map[string]int
}

// allow counts one more link, unless the client made as many as it may.
func (m *makers) allow(r *http.Request) bool {
	if m.most <= 0 {
		return true
	}
	client := httprate.CanonicalizeIP(middleware.GetClientIP(r.Context()))
	m.mu.Lock()
	defer m.mu.Unlock()
	const secondsOfDay = 24 * 60 * 60
	if day := time.Now().Unix() / secondsOfDay; day != m.day || m.made == nil {
		m.day, m.made = day, map[string]int{}
	}
	if m.made[client] >= m.most {
		return false
	}
	m.made[client]++
	return true
}

// fromProxy reports whether whoever is connected is one of the trusted proxies.
func (s *Server) fromProxy(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range s.config.TrustedProxies {
		if p.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}
