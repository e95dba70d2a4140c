"""Pictures the bot draws itself. Pillow is imported when the first one is drawn, not when a worker starts."""
