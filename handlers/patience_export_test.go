package handlers

import "time"

// SetPatience sets how long a file's next bytes may take. It is called before the first request.
func (a *API) SetPatience(patience time.Duration) { a.patience = patience }
