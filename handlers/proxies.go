package handlers

import (
	"net/netip"

	"github.com/gin-gonic/gin"
)

// trustProxies lets gin take a client's address from the headers of trusted proxies, and of nobody
// else.
func (a *API) trustProxies(engine *gin.Engine) {
	networks := make([]string, len(a.TrustedProxies))
	for i, network := range a.TrustedProxies {
		networks[i] = network.String()
	}
	if err := engine.SetTrustedProxies(networks); err != nil {
		panic(err) // a prefix that is not valid: a programmer's error
	}
}

func (a *API) trusts(address string) bool {
	proxy, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, network := range a.TrustedProxies {
		if network.Contains(proxy.Unmap()) {
			return true
		}
	}
	return false
}
