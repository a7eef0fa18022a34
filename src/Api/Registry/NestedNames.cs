using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansRegistry.Registry;

/// <summary>
/// Repository names hold slashes and route parameters do not: before routing, this folds <c>team/app</c> into the one
/// segment <c>team:app</c>. No name holds a colon, so nothing is lost.
/// </summary>
/// <remarks>
/// The path is read as the client wrote it, before dots are resolved and escapes are undone: a path that hides
/// something is refused instead of being interpreted.
/// </remarks>
internal static class NestedNames
{
    private const char Fold = ':';

    // What may follow a name, by the number of segments; the first that fits wins.
    private static readonly (string Prefix, Func<string[], int?>[] Shapes)[] Apis =
    [
        ("/v2/",
        [
            path => path is [.., "tags", "list"] ? 2 : null,
            path => path is [.., "blobs", "uploads"] ? 2 : null,
            path => path is [.., "blobs", "uploads", _] ? 3 : null,
            path => path is [.., "blobs" or "manifests" or "referrers", _] ? 2 : null,
        ]),
        ("/extensions/v2/",
        [
            path => path is [.., "signatures"] ? 1 : null,
            path => path is [.., "signatures", _] ? 2 : null,
        ]),
    ];

    public static string Unfold(string folded) => folded.Replace(Fold, '/');

    public static void UseNestedNames(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        foreach (var (prefix, shapes) in Apis)
            if (target.StartsWith(prefix, StringComparison.Ordinal))
                context.Request.Path = FoldPath(prefix, target.Split('?', 2)[0], shapes);
            else if (context.Request.Path.Value!.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                // Another spelling of the same path, which a proxy in front may not have recognised.
                throw new ProblemException(
                    ProblemKind.NameUnknown, $"The path begins with {prefix} to the letter, or is another one.", target);
        return next(context);
    });

    private static string FoldPath(string prefix, string path, Func<string[], int?>[] shapes)
    {
        var segments = path[prefix.Length..].Split('/').Select(Unescape).ToArray();
        var rest = shapes.Select(shape => shape(segments)).FirstOrDefault(length => length is not null);
        if (rest is not { } length || segments.Length <= length)
            return path;

        var name = string.Join('/', segments[..^length]);
        if (name.Contains(Fold))
            throw new ProblemException(ProblemKind.NameInvalid, "A repository name holds no colon.", name);
        return $"{prefix}{name.Replace('/', Fold)}/{string.Join('/', segments[^length..])}";
    }

    private static string Unescape(string segment)
    {
        var text = Uri.UnescapeDataString(segment);
        if (text is "." or ".." || text.AsSpan().ContainsAny('/', '\\', '\0'))
            throw new ProblemException(
                ProblemKind.NameInvalid, "The path holds a dot segment, or an escaped slash, backslash or NUL.", segment);
        return text;
    }
}
