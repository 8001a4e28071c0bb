package store

import (
	"context"

	"regwatch/models"
)

// AuditBySubject returns what the audit has of a subject, oldest first.
func (s *Store) AuditBySubject(ctx context.Context, subject string) ([]models.AuditEntry, error) {
	var entries []models.AuditEntry
	err := s.read.WithContext(ctx).Table("audit").Where("subject = ?", subject).Order("seq").Find(&entries).Error
	return entries, s.failed(ctx, "read the audit of "+subject, err)
}
