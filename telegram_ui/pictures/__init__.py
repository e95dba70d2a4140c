"""Pictures the bot draws itself. Pillow is imported when the first one is drawn, not when a worker starts."""

#: What initials are written on: white reads well on each.
PAPERS = ("#5b6abf", "#2e8b7a", "#b3566b", "#8a63a8", "#b07437", "#4a7fb0")
