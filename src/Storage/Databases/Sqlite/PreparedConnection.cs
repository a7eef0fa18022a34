using Microsoft.Data.Sqlite;
using OrleansRegistry.Lists;
using SQLitePCL;

namespace OrleansRegistry.Storage;

/// <summary>One connection to the file and what is prepared on it. One user at a time.</summary>
internal sealed class PreparedConnection : IDisposable
{
    private const int MaxCommands = 256;

    // sqlite.org, "Status Parameters for database connections".
    private const int DeferredForeignKeys = 10;

    private readonly SqliteConnection _connection;
    private readonly RecentTexts<SqliteCommand> _queries = new(MaxCommands);
    private readonly RecentTexts<PreparedChange?> _changes = new(MaxCommands);
    private ClientRegex _regex = new();
    private UnusableValueException? _refusal;

    private PreparedConnection(string path, SqliteOpenMode mode, string pragmas)
    {
        // Kept for as long as the database is, so the driver's own pool would only hold a second one open.
        _connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 10,
        }.ConnectionString);
        try
        {
            _connection.Open();
            _connection.CreateFunction("regexp", (string expression, string? text) => text is not null
                && IsMatch(text, expression));
            // The built-in one knows the case of ASCII alone.
            _connection.CreateFunction("lower", (string? text) => text?.ToLowerInvariant(), isDeterministic: true);
            using var command = new SqliteCommand(pragmas, _connection);
            command.ExecuteNonQuery();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>For the one writer: a commit is on the disk when it returns.</summary>
    public static PreparedConnection OpenWriter(string path, bool create)
    {
        if (create)
            CreateForOwner(path);
        return new(
            path,
            SqliteOpenMode.ReadWrite,
            """
            pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
            pragma journal_size_limit = 67108864; pragma trusted_schema = off; pragma temp_store = memory;
            pragma cache_size = -16384; pragma wal_autocheckpoint = 4000;
            """);
    }

    /// <summary>For a reader. Not opened read-only: the first connection after a crash must be able to recover the
    /// log.</summary>
    public static PreparedConnection OpenReader(string path) => new(
        path,
        SqliteOpenMode.ReadWrite,
        "pragma busy_timeout = 10000; pragma query_only = on; pragma trusted_schema = off;");

    /// <summary>False after SQLite has rolled the transaction back by itself, as it may when the disk is
    /// full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Whether a deferred foreign key points nowhere, which would make the commit fail.</summary>
    public bool HasDanglingForeignKeys =>
        raw.sqlite3_db_status(_connection.Handle, DeferredForeignKeys, out var current, out _, 0) == raw.SQLITE_OK
        && current != 0;

    public int Execute(Statement statement)
    {
        var change = _changes.Get(statement.Sql, sql => PreparedChange.TryPrepare(_connection.Handle!, sql));
        if (change is null)
            return Run(Command(statement));
        var changed = 0;
        for (var row = 0; row < (statement.Rows ?? 1); row++)
            changed += change.Run(statement, row);
        return changed;
    }

    // Texts of several statements: what makes or changes the schema.
    private int Run(SqliteCommand command)
    {
        var before = raw.sqlite3_total_changes(_connection.Handle);
        using (var reader = command.ExecuteReader())
            while (reader.NextResult()) // the driver's own loop, in ExecuteNonQuery, hides failures after a result
                continue;
        // The total counts cascades too; the other counter does not, but is stale when nothing changed.
        return raw.sqlite3_total_changes(_connection.Handle) == before ? 0 : raw.sqlite3_changes(_connection.Handle);
    }

    /// <exception cref="OperationCanceledException">It was cancelled while it ran.</exception>
    public List<T> Query<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        _regex = new();
        _refusal = null;
        using var interrupt = cancellationToken.UnsafeRegister(
            static connection => raw.sqlite3_interrupt(((SqliteConnection)connection!).Handle), _connection);
        try
        {
            using var reader = Command(statement).ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(new Row(reader)));
            return rows;
        }
        catch (SqliteException) when (_refusal is not null)
        {
            throw _refusal;
        }
        catch (SqliteException stopped) when (stopped.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(stopped.Message, stopped, cancellationToken);
        }
    }

    public void Dispose()
    {
        _queries.Dispose();
        _changes.Dispose();
        _connection.Dispose();
    }

    // It holds hashes of passwords. The files beside it get the same mode.
    private static void CreateForOwner(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
            return;
        try
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(refused.Message, raw.SQLITE_CANTOPEN);
        }
    }

    // The database only passes on the message of what a function throws.
    private bool IsMatch(string text, string expression)
    {
        try
        {
            return _regex.IsMatch(text, expression);
        }
        catch (UnusableValueException refusal)
        {
            _refusal = refusal;
            throw;
        }
    }

    private SqliteCommand Command(Statement statement)
    {
        var command = _queries.Get(statement.Sql, sql => new(sql, _connection));
        Bind(command.Parameters, statement);
        return command;
    }

    private static void Bind(SqliteParameterCollection bound, Statement statement)
    {
        var given = statement.Parameters;
        var same = bound.Count == given.Length;
        for (var i = 0; same && i < given.Length; i++)
            same = bound[i].ParameterName.AsSpan(1).SequenceEqual(given[i].Name);
        if (!same)
        {
            bound.Clear();
            foreach (var (name, _) in given)
                bound.Add(new SqliteParameter("@" + name, null));
        }

        for (var i = 0; i < given.Length; i++)
            bound[i].Value = SqliteValues.Of(given[i].Name, given[i].Value);
    }
}
