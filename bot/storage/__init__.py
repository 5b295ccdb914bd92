"""Everything that speaks SQL: tables, the doorway to the database, and one file per thing that is stored."""
