"""Pure builders of keyboards."""
