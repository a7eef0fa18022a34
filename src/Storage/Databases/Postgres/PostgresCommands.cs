using Npgsql;
using NpgsqlTypes;

namespace OrleansRegistry.Storage;

/// <summary>Turns statements into commands of the driver.</summary>
internal static class PostgresCommands
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, Statement statement)
    {
        var command = new NpgsqlCommand(statement.Sql, connection);
        if (statement.WithoutTimeout)
            command.CommandTimeout = 0;
        foreach (var (name, value) in statement.Parameters)
            command.Parameters.Add(Parameter(name, value));
        return command;
    }

    public static NpgsqlBatch Batch(this NpgsqlConnection connection, IReadOnlyList<Statement> statements)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            foreach (var (name, value) in statement.Parameters)
                command.Parameters.Add(Parameter(name, value));
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    public static async ValueTask<IReadOnlyList<T>> ReadAsync<T>(
        this NpgsqlConnection connection, Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(new Row(reader)));
        return rows;
    }

    private static NpgsqlParameter Parameter(string name, object? value) => value switch
    {
        // Without a type the server takes it from where the parameter stands.
        null => new NpgsqlParameter(name, NpgsqlDbType.Unknown) { Value = DBNull.Value },
        string text => new NpgsqlParameter<string>(name, text),
        int number => new NpgsqlParameter<int>(name, number),
        long number => new NpgsqlParameter<long>(name, number),
        bool flag => new NpgsqlParameter<bool>(name, flag),
        byte[] bytes => new NpgsqlParameter<byte[]>(name, bytes),
        Guid id => new NpgsqlParameter<Guid>(name, id),
        DateTimeOffset time => new NpgsqlParameter<DateTimeOffset>(name, Microseconds(time)),
        string[] texts => new NpgsqlParameter<string[]>(name, texts),
        long[] numbers => new NpgsqlParameter<long[]>(name, numbers),
        Guid[] ids => new NpgsqlParameter<Guid[]>(name, ids),
        int[] numbers => new NpgsqlParameter<int[]>(name, numbers),
        int?[] numbers => new NpgsqlParameter<int?[]>(name, numbers),
        long?[] numbers => new NpgsqlParameter<long?[]>(name, numbers),
        bool[] flags => new NpgsqlParameter<bool[]>(name, flags),
        byte[][] values => new NpgsqlParameter<byte[][]>(name, values),
        DateTimeOffset[] times => new NpgsqlParameter<DateTimeOffset[]>(name, Array.ConvertAll(times, Microseconds)),
        _ => throw Statement.Unsupported(name, value),
    };

    // The driver would round towards the year 2000.
    private static DateTimeOffset Microseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
