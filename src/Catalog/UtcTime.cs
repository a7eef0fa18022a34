using System.Globalization;

namespace OrleansRegistry;

/// <summary>Times as documents have them. Source: Pulp's REST: timestamps; ISO 8601.</summary>
public static class UtcTime
{
    /// <summary>UTC, to the microsecond; null for null.</summary>
    public static string? Write(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
