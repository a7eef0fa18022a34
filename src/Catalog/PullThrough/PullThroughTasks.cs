namespace OrleansRegistry.PullThrough;

/// <summary>The task that creates a pull-through distribution. Its id is given beforehand, so that it is created once.</summary>
public sealed record PullThroughCreation(Guid Id, PullThroughSettings Settings)
{
    public const string Kind = "pull-through.create";
}

/// <summary>The task that changes its settings: those that differ before and after.</summary>
public sealed record PullThroughUpdate(Guid Id, PullThroughSettings Before, PullThroughSettings After)
{
    public const string Kind = "pull-through.update";
}

/// <summary>The task that deletes it. What pulls made below it stays.</summary>
public sealed record PullThroughDeletion(Guid Id)
{
    public const string Kind = "pull-through.delete";
}
