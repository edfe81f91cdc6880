"""What holds before others: licences of partners, written down with their evidence."""
