return String(Math.max(0, Math.round(value)))
