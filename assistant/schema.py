"""The tables of the event store."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("created_at", sa.Float, nullable=False),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.user_id"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("event_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.ForeignKey("users.user_id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("item_id", sa.String(256)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("session_id", sa.String(64)),
    sa.Index("events_by_user", "user_id", "item_id", "at"),
)
friendships = sa.Table(
    "friendships",
    metadata,
    sa.Column("user_id", sa.ForeignKey("users.user_id"), primary_key=True),
    sa.Column("friend_id", sa.String(64), primary_key=True),
)
exposures = sa.Table(
    "exposures",
    metadata,
    sa.Column("user_id", sa.ForeignKey("users.user_id"), primary_key=True),
    sa.Column("experiment", sa.String(64), primary_key=True),
    sa.Column("variant", sa.String(64), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("fallbacks", sa.Integer, nullable=False),
)
drafts = sa.Table(  # lists that two rankers share
    "drafts",
    metadata,
    sa.Column("draft_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.ForeignKey("users.user_id"), nullable=False, index=True),
    sa.Column("experiment", sa.String(64), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("items", sa.Text, nullable=False),
    sa.Column("teams", sa.String(128), nullable=False),
)
clicks = sa.Table(  # cards that somebody wanted more of, while an interleaving ran
    "clicks",
    metadata,
    sa.Column("click_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.ForeignKey("users.user_id"), nullable=False, index=True),
    sa.Column("item_id", sa.String(256), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("turn_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("session_id", sa.ForeignKey("sessions.session_id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("picks", sa.Text, nullable=False),
    sa.Column("intent", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
