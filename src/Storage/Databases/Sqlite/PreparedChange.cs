using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansRegistry.Storage;

/// <summary>
/// One statement that changes something, prepared. It goes round the driver's commands, which make a dozen objects for
/// each row of a statement over rows.
/// </summary>
internal sealed class PreparedChange : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int _parameters;

    // Of the parameters in the order in which they were given last: where each stands in the statement; 0 is nowhere.
    private (string Name, int Place)[] _places = [];

    private PreparedChange(sqlite3 database, sqlite3_stmt statement)
    {
        (_database, _statement) = (database, statement);
        _parameters = raw.sqlite3_bind_parameter_count(statement);
    }

    /// <summary>Prepares a text; null where it is of several statements, or of none.</summary>
    public static PreparedChange? TryPrepare(sqlite3 database, string sql)
    {
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement, out var rest), database);
        if (!statement.IsInvalid && string.IsNullOrWhiteSpace(rest))
            return new(database, statement);
        statement.Dispose();
        return null;
    }

    /// <summary>Runs it for one row of a statement over rows, or for the only one of another; the answer is the number of rows
    /// that it changed itself.</summary>
    public int Run(Statement statement, int row)
    {
        Bind(statement, row);
        var before = raw.sqlite3_total_changes(_database);
        try
        {
            int result;
            while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
                continue;
            if (result != raw.SQLITE_DONE)
                Check(result, _database);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }

        // The total counts cascades too; the other counter does not, but is stale when nothing changed.
        return raw.sqlite3_total_changes(_database) == before ? 0 : raw.sqlite3_changes(_database);
    }

    public void Dispose() => _statement.Dispose();

    private void Bind(Statement statement, int row)
    {
        var given = statement.Parameters;
        if (row == 0)
            Place(given);
        for (var i = 0; i < given.Length; i++)
        {
            var (name, value) = given[i];
            if (_places[i].Place is var place && place == 0)
                continue;
            if (statement.Rows is null || value is not Array column || value is byte[])
            {
                if (row == 0) // it stays bound
                    Bind(place, name, value);
            }
            else
            {
                BindElement(place, name, column, row);
            }
        }
    }

    private void Place(ReadOnlySpan<(string Name, object? Value)> given)
    {
        var same = _places.Length == given.Length;
        for (var i = 0; same && i < given.Length; i++)
            same = _places[i].Name == given[i].Name;
        if (same)
            return;
        var places = new (string Name, int Place)[given.Length];
        for (var i = 0; i < given.Length; i++)
            places[i] = (given[i].Name, raw.sqlite3_bind_parameter_index(_statement, $"@{given[i].Name}"));
        if (places.Where(place => place.Place > 0).Select(place => place.Place).Distinct().Count() != _parameters)
            throw new InvalidOperationException("The statement has parameters that were not given.");
        _places = places;
    }

    private void BindElement(int place, string name, Array column, int row)
    {
        switch (column)
        {
            case string?[] texts:
                Bind(place, texts[row]);
                break;
            case int[] numbers:
                Check(raw.sqlite3_bind_int64(_statement, place, numbers[row]), _database);
                break;
            case int?[] numbers:
                Bind(place, numbers[row]);
                break;
            case Guid[] ids:
                Bind(place, ids[row]);
                break;
            case bool[] flags:
                Check(raw.sqlite3_bind_int64(_statement, place, flags[row] ? 1 : 0), _database);
                break;
            default:
                Bind(place, name, column.GetValue(row));
                break;
        }
    }

    private void Bind(int place, string name, object? value)
    {
        switch (value)
        {
            case string text:
                Bind(place, text);
                break;
            case Guid id:
                Bind(place, id);
                break;
            default:
                switch (SqliteValues.Of(name, value))
                {
                    case DBNull:
                        Bind(place, (long?)null);
                        break;
                    case string text:
                        Bind(place, text);
                        break;
                    case byte[] bytes:
                        Check(raw.sqlite3_bind_blob(_statement, place, bytes), _database);
                        break;
                    case var number:
                        Bind(place, Convert.ToInt64(number, null));
                        break;
                }

                break;
        }
    }

    private void Bind(int place, string? text) => Check(
        text is null
            ? raw.sqlite3_bind_null(_statement, place)
            : raw.sqlite3_bind_text(_statement, place, text),
        _database);

    private void Bind(int place, long? number) => Check(
        number is { } known
            ? raw.sqlite3_bind_int64(_statement, place, known)
            : raw.sqlite3_bind_null(_statement, place),
        _database);

    private void Bind(int place, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(raw.sqlite3_bind_blob(_statement, place, bytes), _database);
    }

    private static void Check(int result, sqlite3 database)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, database);
    }
}
