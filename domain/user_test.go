package domain_test

import (
	"errors"
	"testing"

	"dentalk/domain"
)

func TestNobodyIsNamedAsTheErasedAre(t *testing.T) {
	for name, want := range map[string]string{
		"erased-66f0a1b2c3d4e5f607182930": "reserved", "erased-kim": "reserved", "ERASED-kim": "reserved", "ｅrased-kim": "reserved",
		"erased": "", "erased.kim": "", "kim-erased-1": "",
	} {
		_, err := domain.NewUser{Username: name, Password: "long enough", Role: domain.RoleLab, Language: "ko"}.Check(false, domain.RoleLab)
		got := ""
		var known *domain.Error
		if errors.As(err, &known) {
			got = known.Fields[0].Code
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
