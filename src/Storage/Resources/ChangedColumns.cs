using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>
/// What a change of settings says of a row: only the columns in which the settings before and after differ, so that what
/// somebody else changed meanwhile stays.
/// </summary>
internal static class ChangedColumns
{
    /// <param name="before">Columns with their values.</param>
    /// <param name="after">The same columns.</param>
    public static (string Name, object? Value)[] Between(
        IEnumerable<(string Name, object? Value)> before, IEnumerable<(string Name, object? Value)> after) =>
        [.. before.Zip(after).Where(pair => !Equals(pair.First.Value, pair.Second.Value)).Select(pair => pair.Second)];

    /// <summary>The assignments of an <c>update</c>, each followed by a comma.</summary>
    public static string Assignments(IEnumerable<(string Name, object? Value)> columns) =>
        string.Concat(columns.Select(column => $"{column.Name} = @{column.Name}, "));

    /// <summary>The statements that change the labels of a resource, where they differ.</summary>
    public static IEnumerable<Statement> LabelsOf(Guid resource, Labels before, Labels after) =>
        before.Equals(after) ? [] : LabelStore.Replace(resource, after);
}
