using System.Text;
using OrleansRegistry.Lists;

namespace OrleansRegistry.Management;

/// <summary>
/// Reads <c>q</c>: filters joined by <c>NOT</c>, <c>AND</c>, <c>OR</c> and parentheses, such as
/// <c>name="x" AND NOT (state=failed OR name__contains=y)</c>. At most eight steps deep and wide together.
/// </summary>
internal sealed class FilterExpression(
    string text, Func<string, string, Task<Match>> readFilter)
{
    private const int MaxComplexity = 8;

    private readonly List<Token> _tokens = [.. Tokens(text)];
    private int _at;
    private int _complexity;

    /// <exception cref="InvalidValueException">The text is no such expression.</exception>
    public async Task<Condition> ReadAsync()
    {
        var condition = await ReadAnyAsync();
        return _at == _tokens.Count ? condition : throw Invalid();
    }

    private async Task<Condition> ReadAnyAsync()
    {
        var parts = new List<Condition> { await ReadAllAsync() };
        while (TakeWord("OR"))
            parts.Add(await ReadAllAsync());
        return parts.Count == 1 ? parts[0] : new Disjunction(parts);
    }

    private async Task<Condition> ReadAllAsync()
    {
        var parts = new List<Condition> { await ReadOneAsync() };
        while (TakeWord("AND"))
            parts.Add(await ReadOneAsync());
        return parts.Count == 1 ? parts[0] : new Conjunction(parts);
    }

    private async Task<Condition> ReadOneAsync()
    {
        if (++_complexity > MaxComplexity)
            throw new InvalidValueException("Filter expression exceeds allowed complexity.");
        if (TakeWord("NOT"))
            return new Negation(await ReadOneAsync());
        if (TakeSign("("))
        {
            var inner = await ReadAnyAsync();
            return TakeSign(")") ? inner : throw Invalid();
        }

        if (_at + 2 < _tokens.Count && _tokens[_at] is { IsSign: false, IsQuoted: false } name
            && _tokens[_at + 1] is { IsSign: true, Text: "=" } && _tokens[_at + 2] is { IsSign: false } value)
        {
            _at += 3;
            return await readFilter(name.Text, value.Text);
        }

        throw Invalid();
    }

    private bool TakeWord(string word) =>
        Take(token => token is { IsSign: false, IsQuoted: false } && token.Text == word);

    private bool TakeSign(string sign) => Take(token => token.IsSign && token.Text == sign);

    private bool Take(Predicate<Token> wanted)
    {
        var found = _at < _tokens.Count && wanted(_tokens[_at]);
        if (found)
            _at++;
        return found;
    }

    private InvalidValueException Invalid() => new(_at < _tokens.Count
        ? $"Syntax error in expression at '{_tokens[_at].Text}'."
        : "Syntax error in expression: it ends too early.");

    private static IEnumerable<Token> Tokens(string text)
    {
        for (var i = 0; i < text.Length;)
            if (char.IsWhiteSpace(text[i]))
                i++;
            else if (text[i] is '(' or ')' or '=')
                yield return new(text[i++].ToString(), IsSign: true, IsQuoted: false);
            else if (text[i] is '"' or '\'')
                yield return Quoted(text, ref i);
            else
            {
                var start = i;
                while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('(' or ')' or '='))
                    i++;
                yield return new(text[start..i], IsSign: false, IsQuoted: false);
            }
    }

    private static Token Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
            value.Append(text[at] == '\\' && at + 1 < text.Length ? text[++at] : text[at]);
        return at++ < text.Length
            ? new(value.ToString(), IsSign: false, IsQuoted: true)
            : throw new InvalidValueException("Syntax error in expression: a quote is not closed.");
    }

    private sealed record Token(string Text, bool IsSign, bool IsQuoted);
}
