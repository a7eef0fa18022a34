namespace OrleansRegistry;

/// <summary>Many names in one message: the first of them, and how many more there are.</summary>
public static class SomeNames
{
    private const int Most = 10;

    /// <param name="names">All of them.</param>
    /// <param name="between">What stands between two.</param>
    /// <param name="last">What stands before the number of the others.</param>
    public static string Of(IReadOnlyCollection<string> names, string between = ", ", string last = " and ") =>
        string.Join(between, names.Take(Most)) + (names.Count > Most ? $"{last}{names.Count - Most} more" : "");
}
