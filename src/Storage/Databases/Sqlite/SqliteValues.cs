using System.Text.Json;

namespace OrleansRegistry.Storage;

/// <summary>Turns values into what SQLite stores; <see cref="Row"/> turns them back.</summary>
internal static class SqliteValues
{
    public static object Of(string name, object? value) => value switch
    {
        null => DBNull.Value,
        string or int or long or byte[] => value,
        bool flag => flag ? 1L : 0L,
        Guid id => id.ToByteArray(bigEndian: true),
        DateTimeOffset time => Microseconds(time),
        string[] texts => JsonSerializer.Serialize(texts),
        long[] numbers => JsonSerializer.Serialize(numbers),
        Guid[] ids => $"{{{string.Join(',', ids.Select(id => $"\"{id:N}\":0"))}}}",
        _ => throw Statement.Unsupported(name, value),
    };

    // Towards the past, also before 1970, as on PostgreSQL.
    private static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks / TimeSpan.TicksPerMicrosecond)
        - (DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);
}
