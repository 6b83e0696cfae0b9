package protect

import "strconv"

// timeKeys are both halves of the day when nothing tells which.
func timeKeys(hour, minute, half string) []string {
	h, _ := strconv.Atoi(hour)
	switch {
	case h > 12 || h == 0:
		return []string{timeKey(h, minute)}
	case half == "am":
		return []string{timeKey(h%12, minute)}
	case half == "pm":
		return []string{timeKey(h%12+12, minute)}
	}
	return []string{timeKey(h%12+12, minute), timeKey(h%12, minute)}
}

// hourKeys are the keys of a full hour; none when the number is no hour.
func hourKeys(hour, half string) []string {
	if isHour(hour) == "" {
		return nil
	}
	return timeKeys(hour, "00", half)
}

func timeKey(hour int, minute string) string { return "time " + strconv.Itoa(hour) + ":" + minute }

func isHour(word string) string {
	if len(word) > 2 || !isDigits(word) || len(word) == 2 && word > "24" {
		return ""
	}
	return word
}

func isMinute(word string) bool {
	return len(word) == 2 && word[0] >= '0' && word[0] <= '5' && word[1] >= '0' && word[1] <= '9'
}

func zeroed(word string) string {
	if len(word) == 1 {
		return "0" + word
	}
	return word
}
