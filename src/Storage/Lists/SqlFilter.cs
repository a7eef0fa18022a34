using OrleansRegistry.Lists;

namespace OrleansRegistry.Storage;

/// <summary>A filter and its evaluation, declared together: what clients may ask, and the SQL that answers.</summary>
internal sealed record SqlFilter(Filter Declared, Func<SqlText, IReadOnlyList<object?>, string> Condition)
{
    /// <summary>How many entries meet it, where that is known without looking for them: an expression, null when it is not
    /// known after all.</summary>
    public Func<SqlText, IReadOnlyList<object?>, string>? Number { get; init; }

    /// <summary>Entries meet it, or no longer do, as time goes by.</summary>
    public bool IsMomentary { get; init; }
}

/// <summary>The text of one query as it grows; values go in as parameters only.</summary>
internal sealed class SqlText(Dialect dialect)
{
    private readonly List<(string, object?)> _parameters = [];

    public Dialect Dialect => dialect;

    public IReadOnlyList<(string Name, object? Value)> Parameters => _parameters;

    /// <summary>Makes a value a parameter. The answer is its name, without the sign.</summary>
    public string Parameter(object? value)
    {
        var name = $"p{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }

    /// <summary>Makes a value a parameter. The answer is what stands for it in the text.</summary>
    public string Value(object? value) => $"@{Parameter(value)}";

    public Statement Statement(string sql) => new(sql, [.. _parameters]);
}
