package models

import (
	"errors"
	"time"
)

// ErrHostLost means that the lease on a host ran out while a source was read. Nothing was
// committed; who has the lease now reads the source.
var ErrHostLost = errors.New("the lease on the host ran out, and another instance may have taken it over")

// A Lease is what one program may do alone for a time, such as making requests to a host.
// Its Token is new each time that it is taken.
type Lease struct {
	Name   string
	Holder string // the ID of the instance
	Token  string
	For    time.Duration
}

// An Instance is one program that runs on a database. Its ID is new at each start.
type Instance struct {
	ID        string
	Machine   string
	PID       int `gorm:"column:pid"`
	Version   string
	Roles     string    // with commas between them
	Config    string    // a hash of the regwatch.yaml in force, and of the files that belong to it
	Rules     string    // a hash of the rules in force
	StartedAt time.Time `gorm:"serializer:micros"`
	SeenAt    time.Time `gorm:"serializer:micros"`
}

// A HostCooldown is the time for which a host asked not to receive requests.
type HostCooldown struct {
	Host   string `gorm:"primaryKey"`
	Reason string
	Since  time.Time `gorm:"serializer:micros"`
	EndsAt time.Time `gorm:"serializer:micros"`
}

// A HostRobots is the robots.txt of a server, or why it cannot be read.
type HostRobots struct {
	Origin       string `gorm:"primaryKey"`
	Body         string
	Problem      string    // why it cannot be read; empty: it was read
	FailingSince time.Time `gorm:"serializer:micros"`
	EndsAt       time.Time `gorm:"serializer:micros"` // when it is to be read again
}

// TableName returns the table's name.
func (HostRobots) TableName() string { return "host_robots" }
