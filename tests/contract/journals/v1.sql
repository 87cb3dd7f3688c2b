-- A journal of version 1 as lecommercial-batch wrote it: two runs, one of them unfinished, and an opt-out.

CREATE TABLE event (
	id INTEGER NOT NULL, 
	run_id VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	at FLOAT NOT NULL, 
	status VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX event_message ON event (run_id, "row");
CREATE TABLE halt (
	run_id VARCHAR NOT NULL, 
	lane VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (run_id, lane)
);
CREATE TABLE imprint (
	proof VARCHAR NOT NULL, 
	made_at FLOAT NOT NULL, 
	parts TEXT NOT NULL, 
	phones BLOB NOT NULL, 
	digests BLOB NOT NULL, 
	PRIMARY KEY (proof)
);
CREATE TABLE journal_version (
	version INTEGER NOT NULL
);
CREATE TABLE lane (
	name VARCHAR NOT NULL, 
	token INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE occurrence (
	file VARCHAR NOT NULL, 
	due_at FLOAT NOT NULL, 
	turnout VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	PRIMARY KEY (file, due_at)
);
CREATE TABLE optout (
	phone BIGINT NOT NULL, 
	at FLOAT NOT NULL, 
	source VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (phone)
)
 WITHOUT ROWID;
CREATE TABLE "row" (
	run_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	cells TEXT NOT NULL, 
	text TEXT NOT NULL, 
	file TEXT NOT NULL, 
	template_id VARCHAR NOT NULL, 
	variables TEXT NOT NULL, 
	variant VARCHAR NOT NULL, 
	PRIMARY KEY (run_id, number)
)
 WITHOUT ROWID;
CREATE TABLE run (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR NOT NULL, 
	campaign VARCHAR NOT NULL, 
	campaign_file VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	columns TEXT NOT NULL, 
	phone_column VARCHAR NOT NULL, 
	options TEXT NOT NULL, 
	test BOOLEAN NOT NULL, 
	variants TEXT NOT NULL, 
	consent TEXT NOT NULL, 
	purged BOOLEAN DEFAULT 0 NOT NULL, 
	edits BOOLEAN NOT NULL, 
	parent VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	proof VARCHAR NOT NULL, 
	wish VARCHAR DEFAULT '' NOT NULL, 
	created_at FLOAT NOT NULL, 
	started_at FLOAT, 
	ended_at FLOAT, 
	UNIQUE (id)
);
CREATE TABLE scheduled (
	file VARCHAR NOT NULL, 
	campaign VARCHAR NOT NULL, 
	schedule TEXT NOT NULL, 
	run_id VARCHAR NOT NULL, 
	next_at FLOAT, 
	PRIMARY KEY (file)
);
CREATE TABLE tally (
	run_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	variant VARCHAR NOT NULL, 
	rows INTEGER NOT NULL, 
	PRIMARY KEY (run_id, kind, name, variant)
);
CREATE TABLE message (
	run_id VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	lane VARCHAR NOT NULL, 
	phone VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	due_at FLOAT NOT NULL, 
	token INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	answered_at FLOAT, 
	reason VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	repair TEXT NOT NULL, 
	PRIMARY KEY (run_id, "row"), 
	FOREIGN KEY(run_id, "row") REFERENCES "row" (run_id, number)
)
 WITHOUT ROWID;
CREATE INDEX message_pending ON message (run_id, lane, zone, due_at, "row") WHERE status = 'pending';
CREATE INDEX message_sending ON message (lane) WHERE status = 'sending';
CREATE TABLE rejection (
	run_id VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	"column" VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (run_id, "row"), 
	FOREIGN KEY(run_id, "row") REFERENCES "row" (run_id, number)
)
 WITHOUT ROWID;
INSERT INTO journal_version VALUES (1);
INSERT INTO run VALUES (1, 'relance-1', 'Relance', 'campaigns/relance.toml', 'clients.csv', '["Prénom", "Téléphone"]', 'Téléphone', '{"rate": [20, 1], "stop_after_failures": 10, "stop_at_failure_rate": 0.5, "canary": 0, "per_day": null, "at_least_once": false, "hours": null, "not_before": null, "add_to_list": 0, "remove_failed_from": 0, "report_directory": "reports", "report_formats": ["csv"]}', 0, '[]', '[]', 0, 0, '', 'ended', 'AB12-1', '', 1700000000.0, 1700000001.0, 1700000100.0);
INSERT INTO run VALUES (2, 'relance-2', 'Relance', 'campaigns/relance.toml', 'clients.csv', '["Prénom", "Téléphone"]', 'Téléphone', '{"rate": [20, 1], "stop_after_failures": 10, "stop_at_failure_rate": 0.5, "canary": 0, "per_day": null, "at_least_once": false, "hours": null, "not_before": null, "add_to_list": 0, "remove_failed_from": 0, "report_directory": "reports", "report_formats": ["csv"]}', 0, '[]', '[]', 0, 0, '', 'stopped', 'AB12-2', '', 1700000000.0, 1700000200.0, NULL);
INSERT INTO row VALUES ('relance-1', 2, '["Zoé", "+33612345672"]', 'Bonjour Zoé', '', '', '', '');
INSERT INTO message VALUES ('relance-1', 2, 'default', '+33612345672', '', 'accepted', 0.0, 1, 1, 1700000050.0, '', '', '');
INSERT INTO row VALUES ('relance-1', 3, '["Zoé", "+33612345673"]', 'Bonjour Zoé', '', '', '', '');
INSERT INTO message VALUES ('relance-1', 3, 'default', '+33612345673', '', 'accepted', 0.0, 1, 1, 1700000051.0, '', '', '');
INSERT INTO row VALUES ('relance-2', 2, '["Zoé", "+33612345672"]', 'Bonjour Zoé', '', '', '', '');
INSERT INTO message VALUES ('relance-2', 2, 'default', '+33612345672', '', 'accepted', 0.0, 2, 1, 1700000250.0, '', '', '');
INSERT INTO row VALUES ('relance-2', 3, '["Zoé", "+33612345673"]', 'Bonjour Zoé', '', '', '', '');
INSERT INTO message VALUES ('relance-2', 3, 'default', '+33612345673', '', 'sending', 0.0, 2, 1, NULL, '', '', '');
INSERT INTO row VALUES ('relance-2', 4, '["Zoé", "+33612345674"]', 'Bonjour Zoé', '', '', '', '');
INSERT INTO message VALUES ('relance-2', 4, 'default', '+33612345674', '', 'pending', 0.0, 0, 0, NULL, '', '', '');
INSERT INTO row VALUES ('relance-2', 5, '["Max", "12"]', '', '', '', '', '');
INSERT INTO rejection VALUES ('relance-2', 5, 'invalid_phone', 'Téléphone', '["no valid phone number",{}]');
INSERT INTO lane VALUES ('default', 2);
INSERT INTO event VALUES (1, 'relance-2', 2, 1700000249.0, 'sending', 1, '', '');
INSERT INTO optout VALUES (33699999999, 1700000000.0, 'optout add', '');
