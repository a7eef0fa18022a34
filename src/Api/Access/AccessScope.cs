namespace OrleansRegistry.Access;

/// <summary>
/// What a token is asked for, or gives: actions on something of a type. Source: Docker Registry, "Token Scope
/// Documentation".
/// </summary>
/// <param name="Type"><c>repository</c>, or <c>registry</c> for its <c>catalog</c>.</param>
/// <param name="Name">The name of the repository.</param>
/// <param name="Actions">As they are written in tokens.</param>
internal sealed record AccessScope(string Type, string Name, IReadOnlyList<string> Actions)
{
    public const string RepositoryType = "repository";

    /// <summary>The list of repositories.</summary>
    public static AccessScope Catalog { get; } = new("registry", "catalog", ["*"]);

    /// <summary>The scope that such an action on a repository takes, as a challenge names it.</summary>
    public static string For(string name, RepositoryAction action) =>
        $"{RepositoryType}:{name}:{(action is RepositoryAction.Push ? "pull,push" : action.Name)}";

    public bool Allows(string name, RepositoryAction action) =>
        Type == RepositoryType && Name == name && Actions.Contains(action.Name);

    public bool Is(AccessScope other) =>
        Type == other.Type && Name == other.Name && other.Actions.All(Actions.Contains);

    /// <summary>Reads <c>type:name:actions</c>; null for anything else.</summary>
    public static AccessScope? Parse(string text) =>
        text.Split(':') is [var type, var name, var actions] ? new(type, name, actions.Split(',')) : null;

    public override string ToString() => $"{Type}:{Name}:{string.Join(',', Actions)}";
}
