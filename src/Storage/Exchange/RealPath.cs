namespace OrleansRegistry.Storage;

/// <summary>
/// Where a path really leads: every symbolic link of every part followed, <c>..</c> taken as the system takes it.
/// </summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    private const int MostCharacters = 4096;

    /// <summary>The path without links. What is not there is taken as it is written.</summary>
    /// <returns>Null where the path is not absolute, is too long, or goes in circles.</returns>
    public static string? Resolve(string path)
    {
        if (path.Length > MostCharacters || path.Contains('\0') || !Path.IsPathFullyQualified(path))
            return null;
        var root = Path.GetPathRoot(path)!;
        var rest = new Stack<string>();
        Push(rest, path[root.Length..]);
        var (real, links) = (root, 0);
        while (rest.TryPop(out var part))
        {
            if (part is ".")
                continue;
            if (part is "..")
            {
                real = Path.GetDirectoryName(real) ?? root;
                continue;
            }

            var next = Path.Combine(real, part);
            if (TargetOf(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks || target.Length > MostCharacters)
                return null;
            var isAbsolute = Path.IsPathRooted(target);
            real = isAbsolute ? Path.GetPathRoot(target)! : real;
            Push(rest, isAbsolute ? target[real.Length..] : target);
        }

        return real;
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null; // nobody gets through it either
        }
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (var part in path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            rest.Push(part);
    }
}
