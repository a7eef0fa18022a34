using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The filters that many lists share.</summary>
internal static class Filters
{
    private static readonly (string Suffix, string Sign)[] Comparisons =
        [("", "="), ("__lt", "<"), ("__lte", "<="), ("__gt", ">"), ("__gte", ">=")];

    /// <summary><c>pulp_href__in</c>, <c>prn__in</c>, <c>pulp_id__in</c> on a column with the id.</summary>
    public static IEnumerable<SqlFilter> Identity(string column, params ResourceKind[] kinds) =>
    [
        Resources("pulp_href__in", column, kinds),
        Resources("prn__in", column, kinds),
        new(
            new("pulp_id__in", FilterType.Id) { IsList = true },
            (sql, values) => sql.Dialect.In(column, sql.Parameter(values.Cast<Guid>().ToArray()))),
    ];

    /// <summary>A name with all the ways to look for it.</summary>
    public static IEnumerable<SqlFilter> Names(string name, string column) =>
    [
        Text(name, column),
        Texts($"{name}__in", column),
        Compare($"{name}__iexact", column, (sql, text, value) => $"{sql.Lower(text)} = {sql.Lower(value)}"),
        Contains($"{name}__contains", column),
        ContainsAnyCase($"{name}__icontains", column),
        Compare($"{name}__startswith", column, (_, text, value) => $"substr({text}, 1, length({value})) = {value}"),
        Compare(
            $"{name}__istartswith", column,
            (sql, text, value) => $"{sql.Lower($"substr({text}, 1, length({value}))")} = {sql.Lower(value)}"),
        new(new($"{name}__regex", FilterType.Text), (sql, values) => sql.Dialect.Matches(column, sql.Value(values[0]))),
        new(
            new($"{name}__iregex", FilterType.Text),
            (sql, values) => sql.Dialect.Matches(column, sql.Value("(?i)" + (string)values[0]!))),
    ];

    public static SqlFilter Text(string name, string column, params string[] choices) => new(
        new(name, FilterType.Text) { Choices = choices }, (sql, values) => $"{column} = {sql.Value(values[0])}");

    public static SqlFilter Texts(string name, string column, params string[] choices) => new(
        new(name, FilterType.Text) { IsList = true, Choices = choices }, (sql, values) => AnyText(sql, column, values));

    /// <summary>Texts that existing clients send alone, though they are declared as a list.</summary>
    public static SqlFilter EitherTexts(string name, string column) => new(
        new(name, FilterType.Text) { IsList = true, IsEither = true }, (sql, values) => AnyText(sql, column, values));

    public static SqlFilter NotText(string name, string column, params string[] choices) => new(
        new(name, FilterType.Text) { Choices = choices }, (sql, values) => $"{column} <> {sql.Value(values[0])}");

    public static SqlFilter Contains(string name, string column) => new(
        new(name, FilterType.Text), (sql, values) => sql.Dialect.Contains(column, sql.Value(values[0])));

    public static SqlFilter ContainsAnyCase(string name, string column) => new(
        new(name, FilterType.Text),
        (sql, values) => sql.Dialect.Contains(sql.Dialect.Lower(column), sql.Dialect.Lower(sql.Value(values[0]))));

    public static SqlFilter Flag(string name, string column) => new(
        new(name, FilterType.Flag), (sql, values) => $"{column} = {sql.Value(values[0])}");

    /// <summary>A moment: exactly, before, after, between two, and whether there is one.</summary>
    public static IEnumerable<SqlFilter> Times(string name, string column) => Ordered(name, column, FilterType.Time);

    /// <summary>A number, alike.</summary>
    public static IEnumerable<SqlFilter> Numbers(string name, string column) =>
        Ordered(name, column, FilterType.Number);

    /// <summary>A column that holds the id of another resource.</summary>
    public static SqlFilter Resource(string name, string column, params ResourceKind[] kinds) => new(
        new(name, FilterType.Resource) { Kinds = kinds, TakesNull = true },
        (sql, values) => values[0] is ResourceReference resource
            ? $"{column} = {sql.Value(resource.Id)}"
            : $"{column} is null");

    public static SqlFilter Resources(string name, string column, params ResourceKind[] kinds) => new(
        new(name, FilterType.Resource) { Kinds = kinds, IsList = true },
        (sql, values) => AnyOf(sql, column, values));

    /// <summary>A selection by labels in a table of them.</summary>
    public static SqlFilter Labels(string table, string holder, string key) => new(
        new("pulp_label_select", FilterType.Labels),
        (sql, values) => string.Join(" and ", values.Cast<LabelTerm>().Select(term =>
        {
            var found = $"{key} in (select l.{holder} from {table} l where l.key = {sql.Value(term.Key)}";
            return term.Test switch
            {
                LabelTest.Present => $"{found})",
                LabelTest.Absent => $"not {found})",
                LabelTest.Equal => $"{found} and l.value = {sql.Value(term.Value)})",
                LabelTest.Different => $"{found} and (l.value is null or l.value <> {sql.Value(term.Value)}))",
                LabelTest.Contains =>
                    $"{found} and {sql.Dialect.Contains(
                        sql.Dialect.Lower("l.value"), sql.Dialect.Lower(sql.Value(term.Value)))})",
            };
        }).DefaultIfEmpty("true")));

    /// <summary>A condition: the column holds the id of one of the resources.</summary>
    public static string AnyOf(SqlText sql, string column, IReadOnlyList<object?> resources) =>
        sql.Dialect.In(column, sql.Parameter(resources.Cast<ResourceReference>().Select(one => one.Id).ToArray()));

    public static string AnyText(SqlText sql, string column, IReadOnlyList<object?> values) =>
        sql.Dialect.In(column, sql.Parameter(values.Cast<string>().ToArray()));

    private static SqlFilter Compare(string name, string column, Func<Dialect, string, string, string> compare) => new(
        new(name, FilterType.Text), (sql, values) => compare(sql.Dialect, column, sql.Value(values[0])));

    private static IEnumerable<SqlFilter> Ordered(string name, string column, FilterType type)
    {
        foreach (var (suffix, sign) in Comparisons)
            yield return new(new(name + suffix, type), (sql, values) => $"{column} {sign} {sql.Value(values[0])}");
        yield return new(
            new($"{name}__range", type) { IsList = true },
            (sql, values) => $"({column} >= {sql.Value(values[0])} and {column} <= {sql.Value(values[^1])})");
        yield return new(
            new($"{name}__isnull", FilterType.Flag),
            (_, values) => $"{column} is {((bool)values[0]! ? "" : "not ")}null");
    }
}
