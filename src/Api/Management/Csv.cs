namespace OrleansRegistry.Management;

/// <summary>Tables as text. Source: RFC 4180.</summary>
internal static class Csv
{
    /// <summary>One cell. What begins like a formula is none to a spreadsheet behind an apostrophe.</summary>
    public static string Quoted(string text) =>
        $"\"{(text is ['=' or '+' or '-' or '@', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
