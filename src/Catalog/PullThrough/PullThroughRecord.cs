using OrleansRegistry.Remotes;
using OrleansRegistry.Resources;

namespace OrleansRegistry.PullThrough;

/// <summary>What people set on a pull-through distribution. Source: Pulp's REST: distributions, pull-through.</summary>
/// <param name="Name">Unique among its kind.</param>
/// <param name="BasePath">What comes behind it is the name of a repository upstream; unique among its kind.</param>
/// <param name="Remote">The registry that is asked; null where that remote was deleted.</param>
/// <param name="Private">Whether the distributions that pulls make are private.</param>
/// <param name="Hidden">Kept for clients, as that of other distributions.</param>
/// <param name="Description">Free text, or null.</param>
/// <param name="Labels">Labels.</param>
/// <param name="TagTtl">For so many seconds a tag is not asked for again.</param>
public sealed record PullThroughSettings(
    string Name,
    string BasePath,
    Guid? Remote,
    bool Private,
    bool Hidden,
    string? Description,
    Labels Labels,
    int TagTtl)
{
    public const int UsualTagTtl = 60;
}

/// <summary>One pull-through distribution as the management REST shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Settings">What people set.</param>
/// <param name="Namespace">The namespace of its base path.</param>
/// <param name="Children">The distributions that pulls made below it.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When somebody changed it last.</param>
public sealed record PullThroughRecord(
    Guid Id,
    PullThroughSettings Settings,
    Guid? Namespace,
    IReadOnlyList<Guid> Children,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>A remote of a whole registry: no <c>upstream_name</c>, and patterns of names instead of tags.</summary>
public sealed record PullThroughRemote(RemoteRecord Remote);
