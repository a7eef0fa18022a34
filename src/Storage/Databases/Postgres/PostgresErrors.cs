using System.Net.Sockets;
using Npgsql;

namespace OrleansRegistry.Storage;

/// <summary>Words the driver's exceptions as ours. Source: PostgreSQL, appendix "Error Codes".</summary>
internal static class PostgresErrors
{
    private const string IdleInTransaction = "25P03";

    /// <summary>The exception to throw in place of the one caught, or that one itself.</summary>
    public static Exception Translate(Exception exception, Remedy connectionLost) => exception switch
    {
        PostgresException error => Translate(error, connectionLost),
        // It took too long once; again would be twice as long.
        TimeoutException or NpgsqlException { InnerException: TimeoutException } =>
            new DatabaseUnavailableException($"PostgreSQL does not answer in time: {exception.Message}", exception),
        // A statement that fails while the driver prepares it leaves a connection that breaks at its next use. Another one
        // does not: Npgsql 10.0.3, "Received unexpected backend message".
        { Source: "Npgsql" } when exception.GetType() == typeof(Exception) =>
            new DatabaseUnavailableException($"The connection to PostgreSQL broke: {exception.Message}", exception)
            {
                Remedy = Remedy.RunAgain,
            },
        NpgsqlException or SocketException => new DatabaseUnavailableException(
            $"PostgreSQL cannot be reached: {exception.GetBaseException().Message}", exception)
        {
            Remedy = connectionLost,
        },
        _ => exception,
    };

    private static Exception Translate(PostgresException error, Remedy connectionLost) => error.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => Violation(ConstraintKind.Unique, error),
        PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation =>
            Violation(ConstraintKind.ForeignKey, error),
        ['2', '3', ..] => Violation(ConstraintKind.Other, error),

        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
            Unavailable(error, Remedy.RunAgain),

        // The transaction fell silent for too long, and was rolled back with its session.
        IdleInTransaction => Unavailable(error, Remedy.RunAgain),

        // A prepared statement outlived a migration that changed its result.
        PostgresErrorCodes.FeatureNotSupported when error.Routine == "RevalidateCachedQuery" =>
            Unavailable(error, Remedy.Reconnect),

        // The session is gone: shut down, crashed, or terminated by an administrator; or the connection broke.
        ['5', '7', 'P', ..] or ['0', '8', ..] => Unavailable(error, connectionLost),

        // Out of resources, an error of the system, a standby since a failover, a time limit of the server.
        ['5', '3', ..] or ['5', '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable =>
            Unavailable(error, Remedy.None),
        // What a client wrote into a filter or a field: this database's regular expressions, its texts, its indexes.
        PostgresErrorCodes.InvalidRegularExpression or PostgresErrorCodes.CharacterNotInRepertoire
            or PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.ProgramLimitExceeded =>
            new UnusableValueException($"The value cannot be used: {error.MessageText}.", error),
        _ => error,
    };

    private static ConstraintViolationException Violation(ConstraintKind kind, PostgresException error) =>
        new(kind, error.TableName, error.ConstraintName, error.MessageText, error);

    private static DatabaseUnavailableException Unavailable(PostgresException error, Remedy remedy) =>
        new($"PostgreSQL cannot do this now: {error.MessageText} ({error.SqlState})", error) { Remedy = remedy };
}
