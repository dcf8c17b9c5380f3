"""Writing remarks and replies to them."""

from sqlalchemy import ClauseElement

from db.reading.parts import NOW
from db.statement import statement
from db.tables.remarks import Remark, RemarkReply, RemarkRevision
from db.writing.parts import insert_each
from db.writing.versioned import Versioned

REMARKS = Versioned(Remark, RemarkRevision, inserted_at="written_at")


@statement(RemarkReply)
def reply_to_remark() -> ClauseElement:
    return insert_each(RemarkReply, ("id", "remark_id", "author_id", "text"), {"at": NOW})
