using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace OrleansRegistry.Storage;

/// <summary>Words SQLite's exceptions as ours. Source: sqlite.org, "Result and Error Codes".</summary>
internal static class SqliteErrors
{
    /// <summary>The exception to throw in place of the one caught, or that one itself.</summary>
    public static Exception Translate(Exception exception) => exception is not SqliteException error
        ? exception
        : error.SqliteErrorCode switch
        {
            SQLITE_CONSTRAINT => Violation(error),
            SQLITE_BUSY or SQLITE_LOCKED or SQLITE_NOMEM or SQLITE_READONLY or SQLITE_IOERR or SQLITE_CORRUPT
                or SQLITE_FULL or SQLITE_CANTOPEN or SQLITE_PROTOCOL or SQLITE_NOTADB =>
                new DatabaseUnavailableException($"The SQLite database cannot do this now: {error.Message}", error),
            _ => error,
        };

    /// <summary>Whether the connection itself is suspect, and a new one is the way on.</summary>
    public static bool IsBroken(Exception? exception) =>
        exception is SqliteException
        {
            SqliteErrorCode: SQLITE_NOMEM or SQLITE_READONLY or SQLITE_IOERR or SQLITE_CORRUPT or SQLITE_CANTOPEN
                or SQLITE_PROTOCOL or SQLITE_NOTADB or SQLITE_MISUSE
        }
        || (exception is not null && IsBroken(exception.InnerException));

    // The message is the only place for the columns: SQLite Error 19: 'UNIQUE constraint failed: tag.repository,
    // tag.name'.
    private static ConstraintViolationException Violation(SqliteException error)
    {
        var kind = error.SqliteExtendedErrorCode switch
        {
            SQLITE_CONSTRAINT_UNIQUE or SQLITE_CONSTRAINT_PRIMARYKEY or SQLITE_CONSTRAINT_ROWID =>
                ConstraintKind.Unique,
            SQLITE_CONSTRAINT_FOREIGNKEY => ConstraintKind.ForeignKey,
            // "on delete restrict" is done by a hidden trigger.
            SQLITE_CONSTRAINT_TRIGGER when error.Message.Contains("FOREIGN KEY", StringComparison.Ordinal) =>
                ConstraintKind.ForeignKey,
            _ => ConstraintKind.Other,
        };
        var message = error.Message;
        var colon = message.IndexOf("failed: ", StringComparison.Ordinal);
        var constraint = colon < 0 ? null : message[(colon + "failed: ".Length)..].TrimEnd('.', '\'');
        var dot = constraint?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return new(kind, dot < 0 ? null : constraint![..dot], constraint, message, error);
    }
}
