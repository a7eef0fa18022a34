using System.Data.Common;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Runs the texts of OrleansQuery as Orleans' providers do: by key, named parameters, columns by name, every
/// result set.</summary>
internal sealed class OrleansQueries(DbDataSource source)
{
    public async Task<IReadOnlyList<string>> KeysAsync() =>
        [.. (await RunTextAsync("SELECT QueryKey, QueryText FROM OrleansQuery")).Select(row =>
            (string)row["QueryKey"]!)];

    public async Task<IReadOnlyList<Dictionary<string, object?>>> RunAsync(
        string key, params (string Name, object? Value)[] parameters)
    {
        var texts = await RunTextAsync("SELECT QueryKey, QueryText FROM OrleansQuery");
        return await RunTextAsync((string)texts.Single(row => (string)row["QueryKey"]! == key)["QueryText"]!,
            parameters);
    }

    /// <summary>The answer of a query that tells whether it did something.</summary>
    public async Task<bool> DidAsync(string key, params (string Name, object? Value)[] parameters) =>
        Convert.ToBoolean(
            Assert.Single(Assert.Single(await RunAsync(key, parameters))).Value,
            System.Globalization.CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<Dictionary<string, object?>>> RunTextAsync(
        string text, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        var rows = new List<Dictionary<string, object?>>();
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                var row = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
                for (var i = 0; i < reader.FieldCount; i++)
                    row.Add(reader.GetName(i), Value(reader, i));
                rows.Add(row);
            }
        }
        while (await reader.NextResultAsync());
        return rows;
    }

    private static object? Value(DbDataReader reader, int i) => reader switch
    {
        _ when reader.IsDBNull(i) => null,
        _ when reader.GetName(i).EndsWith("Time", StringComparison.OrdinalIgnoreCase) =>
            DateTime.SpecifyKind(reader.GetDateTime(i), DateTimeKind.Utc),
        _ when reader.GetFieldType(i) == typeof(int) || reader.GetFieldType(i) == typeof(long) => reader.GetInt64(i),
        _ => reader.GetValue(i),
    };
}
