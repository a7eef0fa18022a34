namespace OrleansRegistry.Access;

/// <summary>What a registry client does to a repository.</summary>
internal enum RepositoryAction
{
    Pull,
    Push,
    Delete,
}

/// <summary>The names of actions in scopes, and the roles they take.</summary>
internal static class RepositoryActions
{
    extension(RepositoryAction action)
    {
        public string Name => action switch
        {
            RepositoryAction.Pull => "pull",
            RepositoryAction.Push => "push",
            RepositoryAction.Delete => "delete",
        };

        public Role Least => action switch
        {
            RepositoryAction.Pull => Role.Reader,
            RepositoryAction.Push or RepositoryAction.Delete => Role.Writer,
        };
    }

    /// <summary>The actions that a scope names: <c>*</c> is all of them, and pushing includes pulling.</summary>
    public static IReadOnlyList<RepositoryAction> Parse(string actions)
    {
        var names = actions.Split(',');
        return
        [
            .. Enum.GetValues<RepositoryAction>().Where(action =>
                names.Contains("*") || names.Contains(action.Name)
                || (action is RepositoryAction.Pull && names.Contains(RepositoryAction.Push.Name))),
        ];
    }
}
