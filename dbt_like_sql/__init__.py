"""SQL models of the platform, a folder that dbt can read; a package so that a wheel carries it. No Python here."""
