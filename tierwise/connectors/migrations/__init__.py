"""The book's migrations, one file per revision, run when a book is opened."""
