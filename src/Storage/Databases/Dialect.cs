namespace OrleansRegistry.Storage;

#pragma warning disable CA1716 // In and Each are keywords of languages that nobody writes this in.

/// <summary>Writes the parts of a statement in which the engines differ.</summary>
/// <remarks>
/// They agree on <c>on conflict</c>, <c>returning</c>, partial unique indexes, common table expressions, window
/// functions and <c>update … from</c>; only PostgreSQL has statements that change data inside a <c>with</c>.
/// </remarks>
public abstract class Dialect
{
    /// <summary><c>postgresql</c> or <c>sqlite</c>: the folder of its migrations.</summary>
    public abstract string Name { get; }

    /// <summary>The column's type for a <see cref="DateTimeOffset"/>.</summary>
    public abstract string TimeType { get; }

    /// <summary>Appended to a <c>select</c> to lock its rows until the commit; empty where there is one writer
    /// anyway.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>A condition: the column equals one element of the array in the parameter (string[], long[] or
    /// Guid[]).</summary>
    public abstract string In(string column, string parameter);

    /// <summary>A table for a <c>from</c> clause: one row for each element of the array, in the column
    /// <c>alias.value</c>.</summary>
    /// <remarks>A Guid[] loses its repeated elements and its order on SQLite.</remarks>
    public abstract string Each(string parameter, string alias);

    /// <summary>A table for a <c>from</c> clause: one row for each place of two string[] of the same length, in the
    /// columns <c>alias.one</c> and <c>alias.other</c>.</summary>
    public abstract string Pairs(string one, string other, string alias);

    /// <summary>A table for a <c>from</c> clause: the rows of a statement over rows, with a column <c>alias.name</c> for
    /// each of the parameters.</summary>
    /// <remarks>On PostgreSQL they come in the order of the arrays, and so are inserted in it.</remarks>
    public abstract string Rows(string alias, params IEnumerable<string> columns);

    /// <summary>A join that looks up the one row of a table which meets the condition, for each row before it: with
    /// statistics of yesterday, any other may read the whole table.</summary>
    public abstract string LookUp(string table, string condition);

    /// <summary>Whether one statement may change several tables, inside a <c>with</c>: what would be some statements over rows
    /// is one then.</summary>
    public abstract bool ChangesInsideWith { get; }

    /// <summary>A condition: the text holds the other one, upper and lower case apart.</summary>
    public abstract string Contains(string text, string part);

    /// <summary>A text in lower case, in every script that the database knows.</summary>
    public abstract string Lower(string text);

    /// <summary>A member of a column that holds a JSON object, to order by.</summary>
    public abstract string JsonMember(string column, string name);

    /// <summary>A condition: a regular expression matches somewhere. <c>(?i)</c> in front ignores case.</summary>
    public abstract string Matches(string text, string expression);

    /// <summary>An aggregate: all rows as one JSON object; null or <c>{}</c> of none.</summary>
    public abstract string JsonObject(string key, string value);

    /// <summary>An id that no row has yet.</summary>
    public abstract string NewId { get; }

    /// <summary>An id as text.</summary>
    public abstract string IdText(string column);

    /// <summary>An aggregate: a column of ids as text, separated by commas; null of none.</summary>
    public abstract string JoinIds(string column);

    /// <summary>Held to the end of its transaction by whoever changes the schema; null where a transaction excludes all
    /// others.</summary>
    internal abstract Statement? SchemaLock { get; }

    /// <summary>
    /// Held together to the end of their transactions by all who let content into a repository, as the decisions allow that
    /// are in force; null where a transaction excludes all others.
    /// </summary>
    internal abstract Statement? EntryLock { get; }

    /// <summary>Held alone by whoever decides something else: nothing is on its way in then.</summary>
    internal abstract Statement? DecisionLock { get; }
}
