"""How Django writes dates and times: 24 hours, and the zone beside an instant, which is UTC wherever it does so itself."""
