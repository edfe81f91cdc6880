"""The files of an artist's own site: read as a visitor, published by folder, SFTP, WebDAV or S3."""
